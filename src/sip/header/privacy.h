// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// Privacy: what is to be kept from others (RFC 3323 §4.2): "header", "session", "user", "none",
/// "critical"; "id" (RFC 3325 §9.3); "history" (RFC 7044).
struct Privacy {
  std::vector<std::string> values;  // tokens, at least one, as they came

  bool operator==(const Privacy&) const = default;
};

/// Parses the unfolded field value. Commas and white space between values are taken as well: some
/// networks write them.
[[nodiscard]] Scanned<Privacy> parse_privacy(std::string_view text);
[[nodiscard]] std::string to_string(const Privacy& privacy);

/// Whether the value is asked for, in any case.
[[nodiscard]] bool asks_for(const Privacy& privacy, std::string_view value);

}  // namespace godwit::sip
