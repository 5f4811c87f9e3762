// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bench {

/// The number that a C string begins with; 0 for none. Cheaper than strtoul: where a library leaves
/// a number as text, its loop shall not pay for more than the reading.
inline std::uint64_t decimal(const char* text) {
  std::uint64_t number = 0;
  if (text == nullptr) return number;
  for (; *text >= '0' && *text <= '9'; ++text) {
    number = number * 10 + static_cast<std::uint64_t>(*text - '0');
  }
  return number;
}

inline std::uint64_t hexadecimal(const char* text) {
  std::uint64_t number = 0;
  if (text == nullptr) return number;
  for (;; ++text) {
    const char c = *text;
    const bool digit = c >= '0' && c <= '9';
    const char letter = static_cast<char>(c | 0x20);
    if (!digit && (letter < 'a' || letter > 'f')) return number;
    number = number * 16 + static_cast<std::uint64_t>(digit ? c - '0' : letter - 'a' + 10);
  }
}

}  // namespace bench
