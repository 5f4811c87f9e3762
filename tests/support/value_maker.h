// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::test {

/// Generates the parts of header field values, the odd ones as often as the plain ones.
class ValueMaker {
 public:
  explicit ValueMaker(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool coin() { return below(2) == 0; }
  std::uint32_t number() { return coin() ? random_.u32() : static_cast<std::uint32_t>(below(300)); }

  std::string token() { return from("abcxyzABCXYZ019-.!%*_+`'~", 1 + below(8)); }
  std::string word() { return from("abcdefghijklmnopqrstuvwxyz", 1 + below(8)); }
  /// Text with all that needs care in quotes and comments, but no line break.
  std::string text() { return from("ab \t\"\\();,=<>@%\x01\x7f\xc3\xa4", below(12)); }
  /// Parameters that no field has a type for.
  sip::Parameters parameters() {
    sip::Parameters all;
    for (auto count = below(4); count > 0; --count) {
      all.push_back({"x-" + token(), std::nullopt});
      if (coin()) all.back().value = coin() ? token() : sip::quote(text());
    }
    return all;
  }

 private:
  std::string from(std::string_view letters, std::size_t count) {
    std::string made;
    while (count-- > 0) made += letters[below(letters.size())];
    return made;
  }

  SeededRandom random_;
};

}  // namespace godwit::test
