// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct evp_cipher_ctx_st;

namespace godwit::crypto {

/// Holds a key schedule, zeroed when it goes.
struct FreeCipher {
  void operator()(evp_cipher_ctx_st* cipher) const;
};
using CipherState = std::unique_ptr<evp_cipher_ctx_st, FreeCipher>;

/// AES in counter mode (NIST SP 800-38A §6.5) under one key. What it needs it takes when it is
/// made: nothing comes from the heap while data go through.
class AesCounter {
 public:
  using Block = std::array<std::uint8_t, 16>;

  /// @param key  16 or 32 bytes
  explicit AesCounter(std::span<const std::uint8_t> key);

  /// Encrypts or decrypts in place: the key stream begins with the encrypted block `first`. A block
  /// used twice under one key lays both texts open; that is the caller's care.
  /// @return false: OpenSSL has failed and `data` is of no use
  [[nodiscard]] bool apply(const Block& first, std::span<std::byte> data);

 private:
  CipherState state_;
};

/// AES in Galois/counter mode (NIST SP 800-38D) under one key, with tags of 16 bytes. Takes nothing
/// from the heap while data go through, either.
class AesGcm {
 public:
  using Nonce = std::array<std::uint8_t, 12>;
  static constexpr std::size_t kTagSize = 16;

  /// @param key  16 or 32 bytes
  explicit AesGcm(std::span<const std::uint8_t> key);

  /// Encrypts `data` in place and writes the tag over it and what stays `clear`. A nonce is used
  /// once under a key.
  /// @return false: OpenSSL has failed and `data` is of no use
  [[nodiscard]] bool seal(const Nonce& nonce, std::span<const std::byte> clear,
                          std::span<std::byte> data, std::span<std::byte, kTagSize> tag);
  /// Decrypts `data` in place.
  /// @return false: the tag is not theirs, and `data` is of no use
  [[nodiscard]] bool open(const Nonce& nonce, std::span<const std::byte> clear,
                          std::span<std::byte> data, std::span<const std::byte, kTagSize> tag);

 private:
  CipherState state_;
};

}  // namespace godwit::crypto
