// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

// "UTF-8''J%C3%A4s%C3%B8n": how text that no quoted-string of HTTP can hold is put into a parameter
// whose name ends in "*" (RFC 5987 §3.2.1). Of its charsets only UTF-8, as RFC 7616 §4 asks.

/// Gives the text meant; a NUL or line break in it is a fault, and what is no UTF-8.
[[nodiscard]] Scanned<std::string> decode_extended_value(std::string_view value);
/// Text as a token of SIP; nullopt for what is no UTF-8. What must never get into a header field
/// becomes a space.
[[nodiscard]] std::optional<std::string> encode_extended_value(std::string_view text);

}  // namespace godwit::sip
