// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/dns_record.h"
#include "net/flow.h"

namespace godwit::sip {

/// Where a NAPTR record sends a client: to the SRV records of this name.
struct ServicePointer {
  std::uint16_t order = 0;
  net::Transport transport = net::Transport::udp;
  std::string name;

  bool operator==(const ServicePointer&) const = default;
};

/// The records of a domain that are of use to someone who speaks `transports` (RFC 3263 §4.1), by
/// order, then by preference; at most `limits::kPointers`. Whoever follows one keeps to its order
/// as long as that leads anywhere (RFC 3403 §4.1).
[[nodiscard]] std::vector<ServicePointer> choose_pointers(
    std::vector<net::NaptrRecord> records, const std::vector<net::Transport>& transports);

}  // namespace godwit::sip
