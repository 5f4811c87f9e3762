// SPDX-License-Identifier: Apache-2.0
#include "sip/header/number.h"

#include <algorithm>
#include <array>

namespace godwit::sip {

Scanned<std::uint32_t> scan_number(std::string_view text, std::uint32_t max) {
  if (text.empty()) return fault("expected a number", 0);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) {
      return fault(i == 0 ? "expected a number" : "expected nothing after the number", i);
    }
    number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
    if (number > max) return fault("number too large", 0);
  }
  return static_cast<std::uint32_t>(number);
}

Scanned<std::chrono::seconds> scan_delta_seconds(std::string_view text) {
  return scan_number(text).map([](std::uint32_t number) { return std::chrono::seconds{number}; });
}

std::string write_delta_seconds(std::chrono::seconds delta) {
  constexpr std::chrono::seconds kLongest{std::numeric_limits<std::uint32_t>::max()};
  return std::to_string(std::clamp(delta, std::chrono::seconds{0}, kLongest).count());
}

Scanned<std::uint8_t> scan_max_forwards(std::string_view text) {
  return scan_number(text, 255).map(
      [](std::uint32_t hops) { return static_cast<std::uint8_t>(hops); });
}

Scanned<std::uint32_t> scan_max_breadth(std::string_view text) {
  return scan_number(text);
}

Scanned<std::uint32_t> scan_content_length(std::string_view text) {
  return scan_number(text);
}

Scanned<std::uint32_t> scan_rseq(std::string_view text) {
  const auto number = scan_number(text);
  if (number && *number == 0) return fault("expected a number from 1 on", 0);
  return number;
}

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )       (RFC 3261 §25.1)
Scanned<Thousandths> scan_qvalue(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) {
    return fault("expected a number from 0 to 1", 0);
  }
  const bool is_one = text[0] == '1';
  if (text.size() == 1) return is_one ? kFullPreference : Thousandths{0};
  if (text[1] != '.') return fault("expected \".\" in a number from 0 to 1", 1);
  if (text.size() > 5) return fault("expected at most three digits after \".\"", 5);
  unsigned q = 0;
  for (std::size_t i = 2; i < 5; ++i) {
    if (i < text.size() && !is_digit(text[i])) return fault("expected a digit", i);
    q = q * 10 + (i < text.size() ? static_cast<unsigned>(text[i] - '0') : 0);
  }
  if (is_one && q != 0) return fault("expected a number from 0 to 1", 0);
  return is_one ? kFullPreference : static_cast<Thousandths>(q);
}

std::string write_qvalue(Thousandths q) {
  if (q >= kFullPreference) return "1";
  if (q == 0) return "0";
  std::string text = "0.";
  for (const unsigned unit : std::array{100U, 10U, 1U}) {
    if (const unsigned rest = q % (unit * 10); rest != 0) {
      text += static_cast<char>('0' + rest / unit);
    }
  }
  return text;
}

}  // namespace godwit::sip
