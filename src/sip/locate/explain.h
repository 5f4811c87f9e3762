// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "net/dns_record.h"
#include "sip/locate/target.h"

namespace godwit::sip {

[[nodiscard]] std::string_view to_string(Target::Via via);                // "hosts file"
[[nodiscard]] std::string_view to_string(net::DnsType type);              // "AAAA"
[[nodiscard]] std::string_view to_string(net::DnsAnswer::Status status);  // "no such name"
/// Why a target is where it is in the list: "SRV sip1.example.org, priority 10, weight 60".
[[nodiscard]] std::string explain(const Target& target);

}  // namespace godwit::sip
