// SPDX-License-Identifier: Apache-2.0
#include "sip/message/grammar.h"

#include <algorithm>

#include "sip/message/char_class.h"

namespace godwit::sip {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Error malformed(std::string_view subject, const Fault& fault) {
  return {make_error_code(Errc::malformed_message),
          std::string(subject) + ": " + fault.what + " at byte " + std::to_string(fault.at)};
}

bool is_token_char(char c) {
  return is_in(c, kTokenChar);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::size_t skip_whitespace(std::string_view text, std::size_t at) {
  while (at < text.size() && is_whitespace(text[at])) ++at;
  return at;
}

// quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F): even a NUL is good there, a line break never.
std::size_t end_of_quoted_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    const bool escapes = text[i] == '\\';
    if (escapes && ++i == text.size()) break;
    if (breaks_a_line(text[i]) && !(escapes && text[i] == '\0')) break;
  }
  return std::string_view::npos;
}

std::string unquote(std::string_view quoted) {
  std::string text;
  if (quoted.size() < 2) return text;
  text.reserve(quoted.size() - 2);
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    text += quoted[i];
  }
  return text;
}

std::string quote(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  for (const char c : text) {
    if (c == '\r' || c == '\n') {
      quoted += ' ';
      continue;
    }
    if (c == '"' || c == '\\' || (is_control(c) && c != '\t')) quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

std::size_t end_of_element(std::string_view text, std::size_t at) {
  bool in_angle_brackets = false;
  while (at < text.size()) {
    switch (text[at]) {
      case '"': {
        const auto end = end_of_quoted_string(text, at);
        if (end == std::string_view::npos) return text.size();
        at = end;
        continue;
      }
      case '<':
        in_angle_brackets = true;
        break;
      case '>':
        in_angle_brackets = false;
        break;
      case ',':
        if (!in_angle_brackets) return at;
        break;
      default:
        break;
    }
    ++at;
  }
  return at;
}

}  // namespace godwit::sip
