// SPDX-License-Identifier: Apache-2.0
#include "sdp/tls_id.h"

#include <algorithm>

namespace godwit::sdp {
namespace {

constexpr std::size_t kShortest = 20;
constexpr std::size_t kLongest = 255;
constexpr std::size_t kRandomBytes = 15;
// tls-id-char = ALPHA / DIGIT / "+" / "/" / "-" / "_"
constexpr CharClass kTlsIdChars = letters_digits_and("+/-_");

}  // namespace

Scanned<std::string> parse_tls_id(std::string_view value) {
  const std::string_view id = trim(value);
  const bool fits = id.size() >= kShortest && id.size() <= kLongest;
  if (!fits || !std::all_of(id.begin(), id.end(), [](char c) { return is_in(kTlsIdChars, c); })) {
    return fault("expected 20 to 255 letters, digits, +, /, - or _", 0);
  }
  return std::string(id);
}

std::string make_tls_id(Random& random) {
  return random.token(kRandomBytes);
}

}  // namespace godwit::sdp
