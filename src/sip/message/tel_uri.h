// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// A telephone number as a URI (RFC 3966): `tel:+49-30-123456`, `tel:7042;phone-context=h.example`.
struct TelUri {
  std::string number;         // with its visual separators; "+" makes it a global one
  std::string phone_context;  // where a local number is one: "+49", "example.com"
  std::string subaddress;     // isub, escapes kept as they came
  std::string extension;      // ext
  Parameters parameters;      // all others, in the order of their names (RFC 3966 §3)

  [[nodiscard]] bool is_global() const { return !number.empty() && number.front() == '+'; }
  bool operator==(const TelUri&) const = default;
};

/// RFC 3966 §5.1.5 wants a phone-context behind every local number; many a `tel:112` has none.
enum class PhoneContext { required, optional };

/// Parses "tel:" and what follows it.
[[nodiscard]] Scanned<TelUri> parse_tel_uri(std::string_view text,
                                            PhoneContext context = PhoneContext::required);
/// Parses what stands behind "tel:".
[[nodiscard]] Scanned<TelUri> parse_telephone_subscriber(
    std::string_view text, PhoneContext context = PhoneContext::required);
/// Reads a URI of the scheme tel; the place of a fault counts in to_string(uri).
[[nodiscard]] Scanned<TelUri> tel_uri_from(const Uri& uri,
                                           PhoneContext context = PhoneContext::required);

[[nodiscard]] std::string to_string(const TelUri& tel);
[[nodiscard]] Uri to_uri(const TelUri& tel);
/// The number as a user of `domain`, of which scheme, host and port are taken: in lower case, with
/// user=phone (RFC 3261 §19.1.6).
[[nodiscard]] Uri to_sip_uri(const TelUri& tel, const Uri& domain);

/// Equality by RFC 3966 §4: without regard to visual separators, case and the order of parameters.
[[nodiscard]] bool equivalent(const TelUri& a, const TelUri& b);

/// The number without "-", ".", "(" and ")".
[[nodiscard]] std::string without_visual_separators(std::string_view number);

}  // namespace godwit::sip
