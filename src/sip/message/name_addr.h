// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "godwit/error.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// From, To, Contact, Route, Record-Route, …: an optional name, a URI, parameters (RFC 3261
/// §20.10).
struct NameAddr {
  std::string display_name;  // unquoted
  Uri uri;
  Parameters parameters;  // after ">": tag, expires, q, …

  bool operator==(const NameAddr&) const = default;
};

/// Parses one value: name-addr or addr-spec; with an addr-spec, parameters belong to the header
/// field.
[[nodiscard]] Result<NameAddr> parse_name_addr(std::string_view text);
[[nodiscard]] std::string to_string(const NameAddr& value);  // always with angle brackets
/// The tag parameter; "" when there is none.
[[nodiscard]] std::string_view tag_of(const NameAddr& value);

}  // namespace godwit::sip
