// SPDX-License-Identifier: Apache-2.0
#include "sdp/fingerprint.h"

#include <algorithm>
#include <array>

namespace godwit::sdp {
namespace {

struct Hash {
  std::string_view name;
  std::size_t size;
  const char* wrong_size;
};
// RFC 8122 §5: the names of the registry "Hash Function Textual Names".
constexpr std::array<Hash, 7> kHashes{{
    {"sha-256", 32, "expected 32 bytes for sha-256"},
    {"sha-1", 20, "expected 20 bytes for sha-1"},
    {"sha-224", 28, "expected 28 bytes for sha-224"},
    {"sha-384", 48, "expected 48 bytes for sha-384"},
    {"sha-512", 64, "expected 64 bytes for sha-512"},
    {"md5", 16, "expected 16 bytes for md5"},
    {"md2", 16, "expected 16 bytes for md2"},
}};

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::optional<std::uint8_t> read_hex_byte(std::string_view text) {
  if (text.size() != 2) return std::nullopt;
  std::uint8_t byte = 0;
  const auto [stopped, ec] = std::from_chars(text.data(), text.data() + 2, byte, 16);
  if (ec != std::errc{} || stopped != text.data() + 2) return std::nullopt;
  return byte;
}

}  // namespace

// fingerprint-attribute = "fingerprint" ":" hash-func SP 2UHEX *(":" 2UHEX)
// Lower-case digits are put up with.
Scanned<Fingerprint> parse_fingerprint(std::string_view value) {
  Words words(value);
  Fingerprint fingerprint;
  fingerprint.hash = words.next();
  if (!is_token(fingerprint.hash)) {
    return fault("expected a hash function, such as sha-256", words.at());
  }
  std::transform(fingerprint.hash.begin(), fingerprint.hash.end(), fingerprint.hash.begin(),
                 to_lower);
  const std::string_view digits = words.next();
  const std::size_t begin = words.at();
  for (std::size_t at = 0; at <= digits.size();) {
    const auto end = std::min(digits.find(':', at), digits.size());
    const auto byte = read_hex_byte(digits.substr(at, end - at));
    if (!byte) return fault("expected two hexadecimal digits", begin + at);
    fingerprint.bytes.push_back(*byte);
    at = end + 1;
  }
  const auto known = std::find_if(kHashes.begin(), kHashes.end(),
                                  [&](const Hash& h) { return h.name == fingerprint.hash; });
  if (known != kHashes.end() && known->size != fingerprint.bytes.size()) {
    return fault(known->wrong_size, begin);
  }
  if (!words.next().empty()) return fault("expected nothing after the fingerprint", words.at());
  return fingerprint;
}

std::string to_string(const Fingerprint& fingerprint) {
  std::string text = fingerprint.hash;
  char before = ' ';
  for (const std::uint8_t byte : fingerprint.bytes) {
    text += before;
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 0xf];
    before = ':';
  }
  return text;
}

}  // namespace godwit::sdp
