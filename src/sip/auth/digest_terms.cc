// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest_terms.h"

#include <array>

#include "crypto/digest.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 6> kAlgorithms = {
    "MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess",
};

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

std::optional<DigestAlgorithm> digest_algorithm_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kAlgorithms.size(); ++i) {
    if (equal_ignoring_case(name, kAlgorithms[i])) return static_cast<DigestAlgorithm>(i);
  }
  return std::nullopt;
}

bool is_session(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5_sess:
    case DigestAlgorithm::sha256_sess:
    case DigestAlgorithm::sha512_256_sess:
      return true;
    case DigestAlgorithm::md5:
    case DigestAlgorithm::sha256:
    case DigestAlgorithm::sha512_256:
      break;
  }
  return false;
}

int strength(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
    case DigestAlgorithm::md5_sess:
      return 0;
    case DigestAlgorithm::sha256:
    case DigestAlgorithm::sha256_sess:
      return 1;
    case DigestAlgorithm::sha512_256:
    case DigestAlgorithm::sha512_256_sess:
      break;
  }
  return 2;
}

std::string digest_hash(DigestAlgorithm algorithm, std::string_view data) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
    case DigestAlgorithm::md5_sess:
      return crypto::md5_hex(data);
    case DigestAlgorithm::sha256:
    case DigestAlgorithm::sha256_sess:
      return crypto::sha256_hex(data);
    case DigestAlgorithm::sha512_256:
    case DigestAlgorithm::sha512_256_sess:
      break;
  }
  return crypto::sha512_256_hex(data);
}

std::string_view to_string(Qop qop) {
  return qop == Qop::auth ? "auth" : "auth-int";
}

std::optional<Qop> qop_from_name(std::string_view name) {
  if (equal_ignoring_case(name, "auth")) return Qop::auth;
  if (equal_ignoring_case(name, "auth-int")) return Qop::auth_int;
  return std::nullopt;
}

std::optional<std::uint32_t> nonce_count_from_text(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  std::uint32_t count = 0;
  for (const char c : text) {
    const bool letter = c >= 'a' && c <= 'f';
    if (!letter && !is_digit(c)) return std::nullopt;
    count = count << 4U | static_cast<std::uint32_t>(letter ? c - 'a' + 10 : c - '0');
  }
  return count;
}

std::string nonce_count_text(std::uint32_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[(count >> shift) & 0x0fU];
  return text;
}

}  // namespace godwit::sip
