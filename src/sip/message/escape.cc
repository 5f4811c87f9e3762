// SPDX-License-Identifier: Apache-2.0
#include "sip/message/escape.h"

#include <array>

namespace godwit::sip {
namespace {

using CharSet = std::array<bool, 256>;

// unreserved = alphanum / mark; mark = "-" / "_" / "." / "!" / "~" / "*" / "'" / "(" / ")"
constexpr CharSet unreserved_and(std::string_view more) {
  CharSet set{};
  for (const std::string_view chars :
       {std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.!~*'()"),
        more}) {
    for (const char c : chars) set[static_cast<unsigned char>(c)] = true;
  }
  return set;
}

constexpr CharSet kUser = unreserved_and("&=+$,;?/");
constexpr CharSet kPassword = unreserved_and("&=+$,");
constexpr CharSet kParameter = unreserved_and("[]/:&+$");
constexpr CharSet kHeader = unreserved_and("[]/?:+$");
constexpr CharSet kSubaddress = unreserved_and("/?:@&=+$,");

const CharSet& chars_of(UriPart part) {
  switch (part) {
    case UriPart::user:
      return kUser;
    case UriPart::password:
      return kPassword;
    case UriPart::parameter:
      return kParameter;
    case UriPart::header:
      return kHeader;
    case UriPart::subaddress:
      break;
  }
  return kSubaddress;
}

// reserved of RFC 2396 §2.2, and the percent sign, which makes the escapes.
bool is_reserved(char c) {
  return std::string_view("%;/?:@&=+$,").find(c) != std::string_view::npos;
}

constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr std::size_t kEscapeSize = 3;

bool is_escape(std::string_view text, std::size_t at) {
  return text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
         hex_value(text[at + 2]) >= 0;
}

char escaped_char(std::string_view text, std::size_t at) {
  return static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4U];
  out += kHex[byte & 15U];
}

// Takes one character or escape. What must not be confused with its escape gets a number of its
// own.
int take_unit(std::string_view text, std::size_t& at, LetterCase letter_case) {
  constexpr int kEscaped = 256;
  const bool escaped = is_escape(text, at);
  const char c = escaped ? escaped_char(text, at) : text[at];
  at += escaped ? kEscapeSize : 1;
  if (escaped && is_reserved(c)) return kEscaped + static_cast<unsigned char>(c);
  return static_cast<unsigned char>(letter_case == LetterCase::ignored ? to_lower(c) : c);
}

enum class Escapes { kept, escaped_again };

std::string escape_with(std::string_view text, UriPart part, Escapes escapes) {
  const CharSet& allowed = chars_of(part);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (allowed[static_cast<unsigned char>(text[i])]) {
      out += text[i];
    } else if (escapes == Escapes::kept && is_escape(text, i)) {
      out += text.substr(i, kEscapeSize);
      i += kEscapeSize - 1;
    } else {
      append_escaped(out, text[i]);
    }
  }
  return out;
}

}  // namespace

std::size_t find_bad_escape(std::string_view text) {
  auto at = text.find('%');
  while (at != std::string_view::npos && is_escape(text, at)) at = text.find('%', at + kEscapeSize);
  return at;
}

std::size_t find_unescaped(std::string_view text, UriPart part) {
  const CharSet& allowed = chars_of(part);
  for (std::size_t i = 0; i < text.size();) {
    if (allowed[static_cast<unsigned char>(text[i])]) {
      ++i;
    } else if (is_escape(text, i)) {
      i += kEscapeSize;
    } else {
      return i;
    }
  }
  return std::string_view::npos;
}

Scanned<std::string> unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '%') {
      out += text[i++];
      continue;
    }
    if (!is_escape(text, i)) return fault("expected two hexadecimal digits after \"%\"", i);
    out += escaped_char(text, i);
    i += kEscapeSize;
  }
  return out;
}

std::string escape(std::string_view text, UriPart part) {
  return escape_with(text, part, Escapes::escaped_again);
}

std::string escape_the_rest(std::string_view text, UriPart part) {
  return escape_with(text, part, Escapes::kept);
}

std::strong_ordering compare_unescaped(std::string_view a, std::string_view b,
                                       LetterCase letter_case) {
  std::size_t a_at = 0;
  std::size_t b_at = 0;
  while (a_at < a.size() && b_at < b.size()) {
    const auto order = take_unit(a, a_at, letter_case) <=> take_unit(b, b_at, letter_case);
    if (order != 0) return order;
  }
  return (a_at < a.size()) <=> (b_at < b.size());
}

bool same_unescaped(std::string_view a, std::string_view b, LetterCase letter_case) {
  return a == b || compare_unescaped(a, b, letter_case) == 0;
}

}  // namespace godwit::sip
