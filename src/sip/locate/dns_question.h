// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>

#include "net/dns_record.h"

namespace godwit::sip {

/// What is asked of DNS.
struct DnsQuestion {
  std::string name;
  net::DnsType type = net::DnsType::a;

  auto operator<=>(const DnsQuestion&) const = default;
};

}  // namespace godwit::sip
