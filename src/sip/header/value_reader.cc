// SPDX-License-Identifier: Apache-2.0
#include "sip/header/value_reader.h"

namespace godwit::sip {

template <class Predicate>
std::string_view ValueReader::take_while(Predicate predicate) {
  const auto begin = at_;
  while (at_ < text_.size() && predicate(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

bool ValueReader::skip_space() {
  return !take_while(is_whitespace).empty();
}

bool ValueReader::take(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

bool ValueReader::take_separator(char c) {
  const auto before = at_;
  skip_space();
  if (!take(c)) {
    at_ = before;
    return false;
  }
  skip_space();
  return true;
}

std::string_view ValueReader::take_token() {
  return take_while(is_token_char);
}

std::string_view ValueReader::take_digits() {
  return take_while(is_digit);
}

std::string_view ValueReader::take_word() {
  return take_while([](char c) { return !is_whitespace(c); });
}

std::string_view ValueReader::take_quoted() {
  if (!next_is('"')) return {};
  const auto begin = at_;
  const auto end = end_of_quoted_string(text_, begin);
  if (end == std::string_view::npos) return {};
  at_ = end;
  return text_.substr(begin, end - begin);
}

Scanned<std::string_view> scan_whole_token(std::string_view text, const char* expected) {
  ValueReader reader(text);
  const auto token = reader.take_token();
  if (token.empty()) return fault(expected, 0);
  if (!reader.at_end()) return reader.fault("expected nothing after the token");
  return token;
}

}  // namespace godwit::sip
