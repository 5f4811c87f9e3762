// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/extended_value.h"

#include <algorithm>

#include "base/utf8.h"
#include "sip/message/escape.h"

namespace godwit::sip {
namespace {

/// Of attr-char (RFC 5987 §3.2.1) what is a token of SIP too, without "%", "*" and "'".
bool is_written_bare(char c) {
  constexpr std::string_view kOthers = "!+-._`~";
  const char letter = to_lower(c);
  return is_digit(c) || (letter >= 'a' && letter <= 'z') ||
         kOthers.find(c) != std::string_view::npos;
}

/// attr-char, and "'" and "*", which do no harm, and "%".
bool is_read(char c) {
  constexpr std::string_view kNoTokenChars = "#$&^|";
  return is_token_char(c) || kNoTokenChars.find(c) != std::string_view::npos;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = first_code_point(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

// ext-value  =  charset  "'" [ language ] "'" value-chars      (RFC 5987 §3.2.1)
Scanned<std::string> decode_extended_value(std::string_view value) {
  const auto charset_end = value.find('\'');
  if (!equal_ignoring_case(value.substr(0, charset_end), "UTF-8")) {
    return fault("expected the charset UTF-8", 0);
  }
  const auto language_end =
      charset_end < value.size() ? value.find('\'', charset_end + 1) : std::string_view::npos;
  if (language_end == std::string_view::npos) {
    return fault("expected \"'\" after charset and language", value.size());
  }
  const auto begin = language_end + 1;
  const auto escaped = value.substr(begin);
  const auto* const wrong = std::find_if_not(escaped.begin(), escaped.end(), is_read);
  if (wrong != escaped.end()) {
    return fault("expected \"%\" and two hexadecimal digits",
                 begin + static_cast<std::size_t>(wrong - escaped.begin()));
  }
  auto text = unescape(escaped);
  if (!text) return shifted(text.error(), begin);
  if (std::any_of(text->begin(), text->end(), breaks_a_line)) {
    return fault("expected no line break", begin);
  }
  if (!is_utf8(*text)) return fault("expected UTF-8 behind the escapes", begin);
  return text;
}

std::optional<std::string> encode_extended_value(std::string_view text) {
  if (!is_utf8(text)) return std::nullopt;
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string value = "UTF-8''";
  for (const char c : text) {
    if (is_written_bare(c)) {
      value += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(breaks_a_line(c) ? ' ' : c);
    value += '%';
    value += kDigits[byte >> 4U];
    value += kDigits[byte & 0x0fU];
  }
  return value;
}

}  // namespace godwit::sip
