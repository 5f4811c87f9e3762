// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/flow.h"

namespace godwit::sip {

/// One place where a next hop can be reached: a transport, an address and a port.
struct Target {
  enum class Via : std::uint8_t { literal, hosts_file, address_record, srv, naptr };

  net::Transport transport = net::Transport::udp;
  net::SocketAddress remote;  ///< as it is sent to: behind NAT64 an IPv4 literal's IPv6 form
  std::string host;           ///< the name the address belongs to; of a literal its text
  std::string domain;  ///< whom a TLS certificate must name: the host of the URI (RFC 5922, R21)
  std::uint16_t priority = 0;  ///< of its SRV record
  std::uint16_t weight = 0;
  Via via = Via::address_record;
  /// Targets of one SRV record are one group; of a better group all have to fail before a worse one
  /// is used (R18). Ascending, with gaps.
  int group = 0;
  /// From where the kernel would talk to it.
  net::IpAddress source;
  /// The IPv4 address that `remote` stands for behind a NAT64; empty: none.
  std::optional<net::IpAddress> synthesised_from;

  bool operator==(const Target&) const = default;
};

}  // namespace godwit::sip
