// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// Goes through a field value once, from left to right. What it takes are views into the text; what
/// is not there is not taken, and the place stays.
class ValueReader {
 public:
  explicit ValueReader(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool next_is(char c) const { return !at_end() && text_[at_] == c; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  /// "expected …", here.
  [[nodiscard]] tl::unexpected<Fault> fault(const char* what) const {
    return sip::fault(what, at_);
  }

  /// Whether there was white space.
  bool skip_space();
  bool take(char c);
  /// The character with the white space around it: SLASH, SEMI, COMMA, … of RFC 3261 §25.1.
  bool take_separator(char c);
  std::string_view take_token();
  std::string_view take_digits();
  /// All up to the next white space.
  std::string_view take_word();
  /// A quoted-string with its quotes; empty as well when it does not end.
  std::string_view take_quoted();
  void skip_to(std::size_t at) { at_ = at; }

 private:
  template <class Predicate>
  std::string_view take_while(Predicate predicate);

  std::string_view text_;
  std::size_t at_;
};

/// A token that is the whole text; `expected` says what kind of token it should be.
[[nodiscard]] Scanned<std::string_view> scan_whole_token(std::string_view text,
                                                         const char* expected = "expected a token");

}  // namespace godwit::sip
