// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace godwit::sip {

/// What a byte may be part of (RFC 3261 §25.1): one table look-up answers for several classes at
/// once.
enum CharClass : std::uint16_t {
  kTokenChar = 1U << 0U,
  kSchemeChar = 1U << 1U,
  kHostChar = 1U << 2U,       // of a name or an IPv4 address
  kAddressChar = 1U << 3U,    // of an IPv6 address
  kUriChar = 1U << 4U,        // all but blanks, controls and the delimiters of RFC 3986 appendix C
  kUserChar = 1U << 5U,       // of a user or a password: a URI's without "@" and ":"
  kUriNameChar = 1U << 6U,    // of a URI parameter's name: a URI's without ";", "?" and "="
  kUriValueChar = 1U << 7U,   // of a URI parameter's value: a URI's without ";" and "?"
  kHeaderChar = 1U << 8U,     // of a URI header's value: a URI's without "&"
  kBareValueChar = 1U << 9U,  // of a field parameter's value without quotes
  kDisplayChar = 1U << 10U,   // of a display name without quotes
  kQuotedChar = 1U << 11U,    // of a quoted string, without what needs a second look
  kDigitChar = 1U << 12U,
  kLineChar = 1U << 13U,  // all but control characters
};

namespace char_class_detail {

constexpr bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

constexpr std::uint16_t classes_of(unsigned char byte) {
  const char c = static_cast<char>(byte);
  const bool digit = c >= '0' && c <= '9';
  const bool hex_letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool breaks_line = c == '\0' || c == '\r' || c == '\n';
  std::uint16_t classes = 0;
  const auto add = [&](CharClass added, bool when) {
    if (when) classes = static_cast<std::uint16_t>(classes | added);
  };
  const bool uri = byte > 0x20 && byte != 0x7f && !is_one_of(c, "<>\"");
  add(kTokenChar, letter || digit || is_one_of(c, "-.!%*_+`'~"));
  add(kSchemeChar, letter || digit || is_one_of(c, "+-."));
  // "_" is no letter of RFC 1123, but some networks use it.
  add(kHostChar, letter || digit || is_one_of(c, "-._"));
  add(kAddressChar, digit || hex_letter || is_one_of(c, ":."));
  add(kUriChar, uri);
  add(kUserChar, uri && !is_one_of(c, "@:"));
  add(kUriNameChar, uri && !is_one_of(c, ";?="));
  add(kUriValueChar, uri && !is_one_of(c, ";?"));
  add(kHeaderChar, uri && c != '&');
  add(kBareValueChar, byte > 0x20 && !is_one_of(c, ";,<>\"=?"));
  add(kDisplayChar, !breaks_line && !is_one_of(c, "<\";"));
  add(kQuotedChar, !breaks_line && !is_one_of(c, "\\\""));
  add(kDigitChar, digit);
  add(kLineChar, byte >= 0x20);
  return classes;
}

constexpr std::array<std::uint16_t, 256> kTable = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    table[byte] = classes_of(static_cast<unsigned char>(byte));
  }
  return table;
}();

}  // namespace char_class_detail

[[nodiscard]] constexpr bool is_in(char c, unsigned classes) {
  return (char_class_detail::kTable[static_cast<unsigned char>(c)] & classes) != 0;
}
/// The first place from `p` on that is in none of the classes; `end` when there is none.
[[nodiscard]] constexpr const char* skip(const char* p, const char* end, unsigned classes) {
  while (p != end && is_in(*p, classes)) ++p;
  return p;
}

}  // namespace godwit::sip
