// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyed_hmac.h"

// SHA-1 whose state is a plain struct: EVP takes 96 bytes from the heap for each message, whether a
// state is begun anew or copied, and EVP_MAC is built over it. OpenSSL 3 calls these functions
// deprecated and has no others like them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

#include "base/assert.h"

namespace godwit::crypto {
namespace {

constexpr std::size_t kBlock = SHA_CBLOCK;

void add(SHA_CTX& state, std::span<const std::byte> data) {
  const bool added = SHA1_Update(&state, data.data(), data.size()) == 1;
  GODWIT_ASSERT(added && "SHA-1 in memory cannot fail");
}

KeyedHmacSha1::Value finish(SHA_CTX& state) {
  KeyedHmacSha1::Value value{};
  const bool finished = SHA1_Final(reinterpret_cast<unsigned char*>(value.data()), &state) == 1;
  GODWIT_ASSERT(finished && "SHA-1 in memory cannot fail");
  return value;
}

/// What the key has made of the beginning.
SHA_CTX begun_with(std::span<const std::uint8_t> key, std::uint8_t filler) {
  std::array<std::uint8_t, kBlock> pad{};
  std::ranges::copy(key, pad.begin());
  for (auto& byte : pad) byte ^= filler;
  SHA_CTX state{};
  const bool begun = SHA1_Init(&state) == 1;
  GODWIT_ASSERT(begun && "OpenSSL offers SHA-1");
  add(state, std::as_bytes(std::span{pad}));
  OPENSSL_cleanse(pad.data(), pad.size());
  return state;
}

}  // namespace

struct KeyedHmacSha1::State {
  explicit State(std::span<const std::uint8_t> key)
      : inner(begun_with(key, 0x36)), outer(begun_with(key, 0x5c)) {}
  ~State() { OPENSSL_cleanse(this, sizeof(State)); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  SHA_CTX inner;
  SHA_CTX outer;
  SHA_CTX current{};  // here, that it is zeroed too
};

KeyedHmacSha1::KeyedHmacSha1(std::span<const std::uint8_t> key) {
  GODWIT_ASSERT(key.size() <= kBlock);
  state_ = std::make_unique<State>(key);
}

KeyedHmacSha1::~KeyedHmacSha1() = default;
KeyedHmacSha1::KeyedHmacSha1(KeyedHmacSha1&&) noexcept = default;
KeyedHmacSha1& KeyedHmacSha1::operator=(KeyedHmacSha1&&) noexcept = default;

KeyedHmacSha1::Value KeyedHmacSha1::of(std::span<const std::byte> data,
                                       std::span<const std::byte> more) {
  SHA_CTX& current = state_->current;
  current = state_->inner;
  add(current, data);
  add(current, more);
  const Value inner = finish(current);
  current = state_->outer;
  add(current, inner);
  return finish(current);
}

bool KeyedHmacSha1::begins_with(std::span<const std::byte> tag, std::span<const std::byte> data,
                                std::span<const std::byte> more) {
  const Value value = of(data, more);
  return !tag.empty() && tag.size() <= value.size() &&
         CRYPTO_memcmp(tag.data(), value.data(), tag.size()) == 0;
}

}  // namespace godwit::crypto
