// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

// "%" HEX HEX (RFC 3261 §25.1, RFC 2396 §2.4.1).

/// Where a text stands in a URI: each place has its own characters that need no escape.
enum class UriPart {
  user,
  password,
  parameter,   // name or value, of a SIP or a tel URI
  header,      // name or value behind "?"
  subaddress,  // isub of a tel URI: uric but ";" (RFC 3966 §3)
};

/// Where a "%" stands that two hexadecimal digits do not follow; npos when there is none.
[[nodiscard]] std::size_t find_bad_escape(std::string_view text);
/// Where the first character stands that `part` can hold only escaped, or a bad escape; npos when
/// there is none.
[[nodiscard]] std::size_t find_unescaped(std::string_view text, UriPart part);

/// What `text` stands for. Any byte may come out, a NUL or a line break too.
[[nodiscard]] Scanned<std::string> unescape(std::string_view text);

/// `text` as it is written in `part`; a "%" is a character like any other and gets its escape.
[[nodiscard]] std::string escape(std::string_view text, UriPart part);
/// The same for a text that is partly escaped: what is a good escape stays one.
[[nodiscard]] std::string escape_the_rest(std::string_view text, UriPart part);

enum class LetterCase { matters, ignored };
/// Compares as RFC 3261 §19.1.4 does, without a copy: a character equals its escape unless it is
/// one of the reserved ones, whose escape means something else. The order has no other meaning than
/// to sort by.
[[nodiscard]] std::strong_ordering compare_unescaped(std::string_view a, std::string_view b,
                                                     LetterCase letter_case);
[[nodiscard]] bool same_unescaped(std::string_view a, std::string_view b, LetterCase letter_case);

}  // namespace godwit::sip
