// SPDX-License-Identifier: Apache-2.0
#include "srtp/master_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "support/srtp_stream.h"

namespace godwit::srtp {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

std::vector<std::uint8_t> secret_of(Suite suite, std::uint8_t fill = 0xa5) {
  return std::vector<std::uint8_t>(sizes_of(suite).key + sizes_of(suite).salt, fill);
}

/// A key in memory that outlives it, so that one may look what it leaves behind.
class Shelf {
 public:
  Shelf() { memory_.fill(0); }
  template <class... Arguments>
  MasterKey& put(Arguments&&... arguments) {
    return *::new (memory_.data()) MasterKey(std::forward<Arguments>(arguments)...);
  }
  void take_away(MasterKey& key) { std::destroy_at(&key); }
  bool holds(std::uint8_t byte) const {
    const volatile unsigned char* const bytes = memory_.data();
    int run = 0;
    for (std::size_t i = 0; i < memory_.size(); ++i) {
      run = bytes[i] == byte ? run + 1 : 0;
      if (run == 4) return true;
    }
    return false;
  }

 private:
  alignas(MasterKey) std::array<unsigned char, sizeof(MasterKey)> memory_{};
};

TEST(MasterKeyTest, EverySuiteIsFoundByItsName) {
  for (const auto suite : test::kSrtpSuites) EXPECT_EQ(suite_named(name_of(suite)), suite);
  EXPECT_EQ(suite_named("AES_CM_256_HMAC_SHA1_80"), Suite::aes_256_cm_hmac_sha1_80);
  EXPECT_EQ(suite_named("aes_cm_128_hmac_sha1_32"), Suite::aes_cm_128_hmac_sha1_32);
  EXPECT_EQ(suite_named("F8_128_HMAC_SHA1_80"), std::nullopt);
  EXPECT_EQ(suite_named(""), std::nullopt);
}

TEST(MasterKeyTest, ProfilesOfDtlsNameSuites) {
  EXPECT_EQ(suite_of_profile(0x0001), Suite::aes_cm_128_hmac_sha1_80);
  EXPECT_EQ(suite_of_profile(0x0002), Suite::aes_cm_128_hmac_sha1_32);
  EXPECT_EQ(suite_of_profile(0x0007), Suite::aead_aes_128_gcm);
  EXPECT_EQ(suite_of_profile(0x0008), Suite::aead_aes_256_gcm);
  EXPECT_EQ(suite_of_profile(0x0005), std::nullopt);  // encrypts nothing
  EXPECT_EQ(suite_of_profile(0), std::nullopt);
  for (const auto suite : test::kSrtpSuites) {
    const auto profile = profile_of(suite);
    EXPECT_EQ(profile ? suite_of_profile(*profile) : suite, suite);
  }
  EXPECT_EQ(profile_of(Suite::aead_aes_256_gcm), 0x0008);
  EXPECT_EQ(profile_of(Suite::aes_256_cm_hmac_sha1_80), std::nullopt);
}

TEST(MasterKeyTest, AKeyOfTheWrongLengthIsNone) {
  for (const auto suite : test::kSrtpSuites) {
    auto secret = secret_of(suite);
    EXPECT_TRUE(MasterKey(suite, secret).valid());
    secret.push_back(0);
    EXPECT_FALSE(MasterKey(suite, secret).valid());
    EXPECT_FALSE(MasterKey(suite, std::span(secret).first(secret.size() - 2)).valid());
  }
  EXPECT_FALSE(MasterKey().valid());
}

TEST(MasterKeyTest, AnIdentifierHasAtMost128Bytes) {
  const auto secret = secret_of(Suite::aead_aes_128_gcm);
  EXPECT_TRUE(MasterKey(Suite::aead_aes_128_gcm, secret, {.value = 1, .length = 128}).valid());
  EXPECT_FALSE(MasterKey(Suite::aead_aes_128_gcm, secret, {.value = 1, .length = 129}).valid());
  EXPECT_FALSE(MasterKey(Suite::aead_aes_128_gcm, secret, {.value = 1, .length = 1280}).valid());
}

TEST(MasterKeyTest, KeysAreEqualWhenSuiteBytesAndIdentifierAre) {
  const auto suite = Suite::aes_cm_128_hmac_sha1_80;
  const MasterKey key(suite, secret_of(suite));
  EXPECT_EQ(key, MasterKey(suite, secret_of(suite)));
  EXPECT_NE(key, MasterKey(suite, secret_of(suite, 0x11)));
  EXPECT_NE(key, MasterKey(Suite::aes_cm_128_hmac_sha1_32, secret_of(suite)));
  EXPECT_NE(key, MasterKey(suite, secret_of(suite), {.value = 1, .length = 1}));
  EXPECT_NE(key, MasterKey());
}

TEST(MasterKeyTest, NothingIsLeftInMemoryWhenAKeyGoes) {
  Shelf shelf;
  auto& key = shelf.put(Suite::aes_256_cm_hmac_sha1_80, secret_of(Suite::aes_256_cm_hmac_sha1_80));
  ASSERT_TRUE(shelf.holds(0xa5));
  shelf.take_away(key);
  EXPECT_FALSE(shelf.holds(0xa5));
}

TEST(MasterKeyTest, NothingIsLeftInMemoryWhenAKeyMovesOn) {
  Shelf shelf;
  const auto secret = secret_of(Suite::aead_aes_256_gcm);
  auto& key = shelf.put(Suite::aead_aes_256_gcm, secret);
  const MasterKey moved(std::move(key));
  EXPECT_FALSE(shelf.holds(0xa5));
  EXPECT_THAT(moved.key_and_salt(), ElementsAreArray(secret));

  key = moved;  // copied
  ASSERT_TRUE(shelf.holds(0xa5));
  MasterKey assigned;
  assigned = std::move(key);
  EXPECT_FALSE(shelf.holds(0xa5));
  EXPECT_EQ(assigned, moved);
  EXPECT_THAT(key.key_and_salt(), IsEmpty());
  shelf.take_away(key);
}

TEST(MasterKeyTest, NothingIsLeftInMemoryOfAKeyThatAShorterOneReplaces) {
  Shelf shelf;
  auto& key = shelf.put(Suite::aes_256_cm_hmac_sha1_80, secret_of(Suite::aes_256_cm_hmac_sha1_80));
  key = MasterKey(Suite::aead_aes_128_gcm, secret_of(Suite::aead_aes_128_gcm, 0x11));
  EXPECT_FALSE(shelf.holds(0xa5));
  EXPECT_TRUE(shelf.holds(0x11));
  shelf.take_away(key);
}

}  // namespace
}  // namespace godwit::srtp
