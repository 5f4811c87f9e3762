// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstddef>

#include "base/assert.h"

namespace godwit::crypto {
namespace {

std::string digest_hex(const char* algorithm, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  const int ok =
      EVP_Q_digest(nullptr, algorithm, nullptr, data.data(), data.size(), digest.data(), &size);
  GODWIT_ASSERT(ok == 1 && "OpenSSL offers this digest");

  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 0x0fU];
  }
  return hex;
}

}  // namespace

std::string md5_hex(std::string_view data) {
  return digest_hex("MD5", data);
}

std::string sha256_hex(std::string_view data) {
  return digest_hex("SHA256", data);
}

std::string sha512_256_hex(std::string_view data) {
  return digest_hex("SHA512-256", data);
}

}  // namespace godwit::crypto
