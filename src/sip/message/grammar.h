// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/fault.h"
#include "base/text.h"
#include "godwit/error.h"

namespace godwit::sip {

using godwit::Fault;
using godwit::fault;
using godwit::Scanned;
using godwit::shifted;

// The words of the grammar that all fields share (RFC 3261 §25.1).

/// "CSeq: expected a method after the number at byte 4".
[[nodiscard]] Error malformed(std::string_view subject, const Fault& fault);

[[nodiscard]] bool is_token_char(char c);
[[nodiscard]] bool is_token(std::string_view text);  // at least one character
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
