// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/dns_record.h"

namespace godwit::net {

/// What a name server is asked. The name is one of `to_dns_name`.
struct DnsQuestion {
  std::string name;
  DnsType type = DnsType::a;

  auto operator<=>(const DnsQuestion&) const = default;
};

/// What a response says.
struct DnsReading {
  DnsAnswer answer;
  /// The name is an alias of this one, of which the response says nothing: to be asked next, the
  /// answer's TTL so far being `answer.ttl`. Empty: `answer` is all there is.
  std::string alias;
};

/// "SIP.Example.org." as "sip.example.org". Empty: DNS cannot be asked about it (a label that is
/// empty or longer than 63 bytes, more than 253 bytes, white space, backslashes, bytes beyond
/// ASCII).
[[nodiscard]] std::optional<std::string> to_dns_name(std::string_view text);

/// A question as a message: recursion desired, checking not disabled (RFC 4035), and EDNS0 (RFC
/// 6891) at the end with room for kDnsDatagramBytes. The name must be one of `to_dns_name`.
[[nodiscard]] std::string write_dns_question(std::uint16_t id, const DnsQuestion& question);

/// Reads what came back. Aliases are followed within the response, at most limits::kDnsAliases.
/// What is truncated, unreadable, or an answer to another question is `failed`. Records whose names
/// no host or service has, and addresses that are IPv4-mapped, are passed over. The id is not
/// looked at.
[[nodiscard]] DnsReading read_dns_response(std::span<const std::byte> message,
                                           const DnsQuestion& question);

/// What travels unfragmented nearly everywhere (RFC 9715).
inline constexpr std::uint16_t kDnsDatagramBytes = 1232;

}  // namespace godwit::net
