// SPDX-License-Identifier: Apache-2.0
#include "crypto/aes.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/assert.h"

namespace godwit::crypto {
namespace {

unsigned char* octets(std::byte* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* octets(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
int length_of(std::span<const std::byte> bytes) {
  return static_cast<int>(bytes.size());
}

/// The key is set once: a call with neither cipher nor key sets the next vector alone, for which
/// OpenSSL needs no memory.
CipherState keyed(const EVP_CIPHER* cipher, std::span<const std::uint8_t> key) {
  CipherState state(EVP_CIPHER_CTX_new());
  const bool made = state != nullptr &&
                    EVP_EncryptInit_ex(state.get(), cipher, nullptr, key.data(), nullptr) == 1;
  GODWIT_ASSERT(made && "OpenSSL offers AES");
  return state;
}

bool is_long(std::span<const std::uint8_t> key) {
  GODWIT_ASSERT(key.size() == 16 || key.size() == 32);
  return key.size() == 32;
}

}  // namespace

void FreeCipher::operator()(evp_cipher_ctx_st* cipher) const {
  EVP_CIPHER_CTX_free(cipher);
}

AesCounter::AesCounter(std::span<const std::uint8_t> key)
    : state_(keyed(is_long(key) ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), key)) {}

bool AesCounter::apply(const Block& first, std::span<std::byte> data) {
  auto* const state = state_.get();
  int done = 0;
  return EVP_EncryptInit_ex(state, nullptr, nullptr, nullptr, first.data()) == 1 &&
         EVP_EncryptUpdate(state, octets(data.data()), &done, octets(data.data()),
                           length_of(data)) == 1;
}

AesGcm::AesGcm(std::span<const std::uint8_t> key)
    : state_(keyed(is_long(key) ? EVP_aes_256_gcm() : EVP_aes_128_gcm(), key)) {}

bool AesGcm::seal(const Nonce& nonce, std::span<const std::byte> clear, std::span<std::byte> data,
                  std::span<std::byte, kTagSize> tag) {
  auto* const state = state_.get();
  int done = 0;
  unsigned char none = 0;  // no byte is left to write
  return EVP_EncryptInit_ex(state, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
         EVP_EncryptUpdate(state, nullptr, &done, octets(clear.data()), length_of(clear)) == 1 &&
         EVP_EncryptUpdate(state, octets(data.data()), &done, octets(data.data()),
                           length_of(data)) == 1 &&
         EVP_EncryptFinal_ex(state, &none, &done) == 1 &&
         EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag.data()) == 1;
}

bool AesGcm::open(const Nonce& nonce, std::span<const std::byte> clear, std::span<std::byte> data,
                  std::span<const std::byte, kTagSize> tag) {
  auto* const state = state_.get();
  int done = 0;
  std::array<std::byte, kTagSize> expected{};  // OpenSSL asks for one it might change
  std::ranges::copy(tag, expected.begin());
  unsigned char none = 0;  // no byte is left to write
  return EVP_DecryptInit_ex(state, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
         EVP_DecryptUpdate(state, nullptr, &done, octets(clear.data()), length_of(clear)) == 1 &&
         EVP_DecryptUpdate(state, octets(data.data()), &done, octets(data.data()),
                           length_of(data)) == 1 &&
         EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_SET_TAG, kTagSize, expected.data()) == 1 &&
         EVP_DecryptFinal_ex(state, &none, &done) == 1;
}

}  // namespace godwit::crypto
