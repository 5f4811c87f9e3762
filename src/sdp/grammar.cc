// SPDX-License-Identifier: Apache-2.0
#include "sdp/grammar.h"

#include <algorithm>

namespace godwit::sdp {
namespace {

constexpr CharClass kIceChars = letters_digits_and("+/");
// The underscore is none of a host name's, but is in many that are in use.
constexpr CharClass kHostChars = letters_digits_and("-._");
constexpr std::size_t kHostBytes = 255;  // RFC 1123 §2.1

bool only(const CharClass& chars, std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_in(chars, c); });
}

}  // namespace

bool is_token(std::string_view text) {
  return only(kTokenChars, text);
}

bool is_protocol(std::string_view text) {
  Words words(text);
  do {
    if (words.part(kTokenChars).empty()) return false;
  } while (words.take('/'));
  return words.all_taken();
}

bool is_ice_text(std::string_view text) {
  return only(kIceChars, text);
}

bool is_host_name(std::string_view text) {
  if (!only(kHostChars, text) || text.size() > kHostBytes) return false;
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::string_view last = text.substr(text.rfind('.') + 1);
  return !last.empty() && !std::all_of(last.begin(), last.end(), is_digit);  // RFC 1123 §2.1
}

}  // namespace godwit::sdp
