// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// The value of From (RFC 3261 §20.20) and of To (§20.39).
struct FromTo {
  std::string display_name;  // unquoted
  Uri uri;
  std::string tag;  // a token; empty: none
  Parameters other;

  bool operator==(const FromTo&) const = default;
};

/// Parses the unfolded field value, without the field name.
[[nodiscard]] Scanned<FromTo> parse_from_to(std::string_view text);
[[nodiscard]] std::string to_string(const FromTo& value);

}  // namespace godwit::sip
