// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"
#include "sip/message/name_addr.h"

namespace godwit::sip {

/// The whole value of P-Asserted-Identity or P-Preferred-Identity (RFC 3325 §9.1, §9.2): who
/// somebody is to a trusted network, as a SIP or SIPS URI, as a telephone number, or as both.
struct AssertedIdentity {
  std::optional<NameAddr> sip;  // sip or sips
  std::optional<NameAddr> tel;
  std::vector<NameAddr> other;  // of other schemes, or too many: to be ignored (RFC 5876 §4.5)

  bool operator==(const AssertedIdentity&) const = default;
};

/// Parses a list of at least one address. Each element alone is read by `parse_address()`.
[[nodiscard]] Scanned<AssertedIdentity> parse_asserted_identity(std::string_view text);
[[nodiscard]] std::string to_string(const AssertedIdentity& identity);

/// Puts one more element where it belongs.
void add_identity(AssertedIdentity& identity, NameAddr address);

}  // namespace godwit::sip
