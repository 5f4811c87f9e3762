// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// One element of Warning (RFC 3261 §20.43).
struct Warning {
  std::uint16_t code = 399;       // 0 to 999; 399: miscellaneous
  std::string agent = "unknown";  // who warns: a host, perhaps with a port, or a pseudonym
  std::string text;               // for a person to read

  bool operator==(const Warning&) const = default;
};

[[nodiscard]] Scanned<Warning> parse_warning(std::string_view text);
[[nodiscard]] std::string to_string(const Warning& warning);

/// The whole value: one or several.
[[nodiscard]] Scanned<std::vector<Warning>> parse_warnings(std::string_view text);

}  // namespace godwit::sip
