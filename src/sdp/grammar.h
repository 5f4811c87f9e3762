// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/fault.h"
#include "base/text.h"

namespace godwit::sdp {

using godwit::Fault;
using godwit::Scanned;

// The words of the grammar that all lines and attributes share (RFC 8866 §9).
//
// Values are plain data and hold what their parser would accept: what is called a token is one.
// `write` keeps line breaks out of whatever it is given.

/// Which characters belong to a class: one look into a table for each.
using CharClass = std::array<bool, 256>;
[[nodiscard]] constexpr CharClass letters_digits_and(std::string_view others) {
  CharClass chars{};
  for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    chars[static_cast<unsigned char>(c)] = true;
  }
  for (const char c : others) chars[static_cast<unsigned char>(c)] = true;
  return chars;
}
// token-char = %x21 / %x23-27 / %x2A-2B / %x2D-2E / %x30-39 / %x41-5A / %x5E-7E   (RFC 8866 §9)
inline constexpr CharClass kTokenChars = letters_digits_and("!#$%&'*+-.^_`{|}~");

[[nodiscard]] constexpr bool is_in(const CharClass& chars, char c) {
  return chars[static_cast<unsigned char>(c)];
}
[[nodiscard]] bool is_token(std::string_view text);  // at least one character
/// Tokens with slashes between them: "RTP/AVP".
[[nodiscard]] bool is_protocol(std::string_view text);
/// Letters, digits, "+" and "/" only (RFC 8839 §5.1); at least one.
[[nodiscard]] bool is_ice_text(std::string_view text);
/// A host name, not an address: what looks like a number of dots and digits is a spoilt address.
[[nodiscard]] bool is_host_name(std::string_view text);

/// Takes the words of a line one after the other. One space stands between them; more, and tabs,
/// are put up with.
class Words {
 public:
  explicit Words(std::string_view text)
      : text_(text.data()), begin_(text_), end_(text_), limit_(text_ + text.size()) {}

  /// The next word; "" when none is left.
  std::string_view next() {
    skip_spaces();
    return take_while([](char c) { return !is_whitespace(c); });
  }
  /// The next word if all of it is of that class; else "".
  std::string_view next(const CharClass& chars) {
    skip_spaces();
    const std::string_view word = part(chars);
    return ended() ? word : std::string_view();
  }
  /// The next word if it is a number: digits only, within the range of the (unsigned) type.
  template <class T>
  std::optional<T> next_number() {
    skip_spaces();
    const auto number = part_number<T>();
    return ended() ? number : std::nullopt;
  }

  // Parts of a word: what follows right behind what was taken last.
  void skip_spaces() {
    take_while(is_whitespace);
    begin_ = end_;
  }
  bool take(char c) {
    if (end_ == limit_ || *end_ != c) return false;
    ++end_;
    return true;
  }
  std::string_view part(const CharClass& chars) {
    return take_while([&](char c) { return is_in(chars, c); });
  }
  /// Empty where no digit is, and when the number is out of range.
  template <class T>
  std::optional<T> part_number() {
    std::uint64_t value = 0;
    const std::string_view digits = take_while([&](char c) {
      if (is_digit(c)) value = 10 * value + static_cast<std::uint64_t>(c - '0');
      return is_digit(c);
    });
    constexpr std::size_t kSafeDigits = std::numeric_limits<std::uint64_t>::digits10;
    if (digits.empty()) return std::nullopt;
    if (digits.size() > kSafeDigits) return long_number<T>(digits);
    if (value > std::numeric_limits<T>::max()) return std::nullopt;
    return static_cast<T>(value);
  }
  /// Whether the word is at its end.
  [[nodiscard]] bool ended() const { return end_ == limit_ || is_whitespace(*end_); }
  /// Whether the text is at its end.
  [[nodiscard]] bool all_taken() const { return end_ == limit_; }

  /// All words that are left as one text.
  std::string_view rest() {
    skip_spaces();
    end_ = limit_;
    while (end_ != begin_ && is_whitespace(end_[-1])) --end_;
    return {begin_, static_cast<std::size_t>(end_ - begin_)};
  }

  /// Where the word or part last taken begins; the end of the text when there was none.
  [[nodiscard]] std::size_t at() const { return static_cast<std::size_t>(begin_ - text_); }
  /// Where it ends.
  [[nodiscard]] std::size_t end() const { return static_cast<std::size_t>(end_ - text_); }

 private:
  /// Digits that are too many to be added up without a look at each.
  template <class T>
  static std::optional<T> long_number(std::string_view digits) {
    T value{};
    const auto [stopped, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return ec == std::errc{} ? std::optional(value) : std::nullopt;
  }
  /// The loop that sees every byte of a description: with pointers, and its own copy of the place,
  /// which the compiler would have to store for each byte otherwise.
  template <class Wanted>
  std::string_view take_while(Wanted wanted) {
    const char* at = end_;
    while (at != limit_ && wanted(*at)) ++at;
    begin_ = end_;
    end_ = at;
    return {begin_, static_cast<std::size_t>(end_ - begin_)};
  }

  const char* text_;
  const char* begin_;
  const char* end_;
  const char* limit_;
};

/// Digits only, all of the text, within the range of the (unsigned) type.
template <class T>
[[nodiscard]] std::optional<T> read_number(std::string_view text) {
  Words words(text);
  const auto number = words.part_number<T>();
  return words.all_taken() ? number : std::nullopt;
}

}  // namespace godwit::sdp
