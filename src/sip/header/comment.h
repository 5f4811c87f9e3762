// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/header/value_reader.h"
#include "sip/message/grammar.h"

namespace godwit::sip {

// comment = LPAREN *( ctext / quoted-pair / comment ) RPAREN        (RFC 3261 §25.1)

/// Takes the comment that begins here, and hands out what stands between its outermost parentheses,
/// as it stands.
[[nodiscard]] Scanned<std::string_view> take_comment(ValueReader& reader);
/// What the inside of a comment says: quoted pairs as the character they mean.
[[nodiscard]] std::string comment_text(std::string_view inside);
/// The text as a comment, parentheses included. Parentheses that pair up stay as they are; all else
/// that a comment cannot hold is escaped, and line breaks become spaces.
[[nodiscard]] std::string write_comment(std::string_view text);

}  // namespace godwit::sip
