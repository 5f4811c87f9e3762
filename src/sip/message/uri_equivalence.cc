// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {
namespace {

// RFC 3261 §19.1.4: a character that is not reserved is the same as its escape. What must stay
// escaped
// ("%" itself, and the reserved ones) keeps an escape, in upper case.
std::string without_needless_escapes(std::string_view text) {
  constexpr std::string_view kKept = "%;/?:@&=+$,";
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const bool escaped = text[i] == '%' && i + 2 < text.size() &&
                         std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr ==
                             text.data() + i + 3;
    if (!escaped) {
      plain += text[i];
      continue;
    }
    const auto character = static_cast<char>(value);
    if (kKept.find(character) == std::string_view::npos) {
      plain += character;
    } else {
      plain += '%';
      for (const auto digit : {text[i + 1], text[i + 2]}) plain += to_lower(digit);
    }
    i += 2;
  }
  return plain;
}

bool same_text(std::string_view a, std::string_view b) {
  return a == b || without_needless_escapes(a) == without_needless_escapes(b);
}

bool same_text_ignoring_case(std::string_view a, std::string_view b) {
  return equal_ignoring_case(a, b) ||
         equal_ignoring_case(without_needless_escapes(a), without_needless_escapes(b));
}

// Parameters that change where a request goes: given in one URI only, the two differ.
bool must_be_in_both(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{"user", "ttl", "method", "maddr", "transport"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view known) { return equal_ignoring_case(known, name); });
}

bool parameters_agree(const Parameters& mine, const Parameters& theirs) {
  return std::all_of(mine.begin(), mine.end(), [&](const Parameter& parameter) {
    const std::string* const other = find_parameter(theirs, parameter.name);
    if (other == nullptr) return !must_be_in_both(parameter.name);
    return same_text_ignoring_case(parameter.value.value_or(""), *other);
  });
}

bool headers_within(const Parameters& mine, const Parameters& theirs) {
  return std::all_of(mine.begin(), mine.end(), [&](const Parameter& header) {
    return std::any_of(theirs.begin(), theirs.end(), [&](const Parameter& other) {
      return equal_ignoring_case(header.name, other.name) &&
             same_text(header.value.value_or(""), other.value.value_or(""));
    });
  });
}

}  // namespace

bool equivalent(const Uri& a, const Uri& b) {
  if (a.scheme != b.scheme) return false;
  if (!a.is_sip()) return a.opaque == b.opaque;
  return same_text(a.user, b.user) && same_text(a.password, b.password) &&
         same_host(a.host, b.host) && a.port == b.port &&
         parameters_agree(a.parameters, b.parameters) &&
         parameters_agree(b.parameters, a.parameters) && a.headers.size() == b.headers.size() &&
         headers_within(a.headers, b.headers) && headers_within(b.headers, a.headers);
}

}  // namespace godwit::sip
