// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "godwit/error.h"

namespace godwit::sip {

// The words of the grammar that all fields share (RFC 3261 §25.1).

/// What is wrong with a text, and where: the scanners' error, made without allocating.
struct Fault {
  const char* what = "";
  std::size_t at = 0;  // byte offset in the scanned text

  bool operator==(const Fault& other) const {
    return std::string_view(what) == other.what && at == other.at;
  }
};
template <class T>
using Scanned = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fault(const char* what, std::size_t at) {
  return tl::unexpected<Fault>(Fault{what, at});
}
/// The fault of a part as a fault of the whole, in which the part begins at `offset`.
inline tl::unexpected<Fault> shifted(Fault inner, std::size_t offset) {
  return fault(inner.what, inner.at + offset);
}
/// "CSeq: method missing at byte 4".
[[nodiscard]] Error malformed(std::string_view subject, const Fault& fault);

[[nodiscard]] constexpr bool is_whitespace(char c) {
  return c == ' ' || c == '\t';
}
[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// NUL, CR and LF: what must never get into a header field.
[[nodiscard]] constexpr bool breaks_a_line(char c) {
  return c == '\0' || c == '\r' || c == '\n';
}

[[nodiscard]] bool is_token_char(char c);
[[nodiscard]] bool is_token(std::string_view text);  // at least one character
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}
/// Without the white space around it.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_whitespace(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_whitespace(text.back())) text.remove_suffix(1);
  return text;
}
/// The first place at or after `at` that is not white space; the size when there is none.
[[nodiscard]] std::size_t skip_whitespace(std::string_view text, std::size_t at);

/// Where the quoted-string that opens at `at` ends: one past its closing quote; npos if it never
/// does or holds what no quoted-string may.
[[nodiscard]] std::size_t end_of_quoted_string(std::string_view text, std::size_t at);
/// The text that a quoted-string (quotes included) stands for.
[[nodiscard]] std::string unquote(std::string_view quoted);
/// The text as a quoted-string; line breaks, which it cannot hold, become spaces.
[[nodiscard]] std::string quote(std::string_view text);

/// Where the list element that begins at `at` ends: at a comma outside quotes and angle brackets,
/// or at the end of the text.
[[nodiscard]] std::size_t end_of_element(std::string_view text, std::size_t at);

}  // namespace godwit::sip
