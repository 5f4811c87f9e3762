// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "crypto/aes.h"
#include "crypto/keyed_hmac.h"
#include "support/allocation_count.h"
#include "support/openssl_allocation_count.h"

namespace godwit::crypto {
namespace {

class CryptoAllocationsTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  /// Of the second packet on; the key's own allocations are none of a packet's.
  template <class Use>
  std::size_t of_hundred(Use use) {
    EXPECT_TRUE(openssl_allocations_are_counted);
    use();
    const auto before = allocation_count + openssl_allocation_count;
    for (int i = 0; i < 100; ++i) use();
    return allocation_count + openssl_allocation_count - before;
  }

  std::vector<std::uint8_t> key_ = std::vector<std::uint8_t>(GetParam(), 7);
  std::vector<std::byte> clear_ = std::vector<std::byte>(12);
  std::vector<std::byte> data_ = std::vector<std::byte>(172);
};

TEST_P(CryptoAllocationsTest, CounterModeTakesNothingFromTheHeap) {
  AesCounter cipher(key_);
  EXPECT_EQ(of_hundred([&] { ASSERT_TRUE(cipher.apply({}, data_)); }), 0U);
}

TEST_P(CryptoAllocationsTest, GcmTakesNothingFromTheHeap) {
  AesGcm cipher(key_);
  std::array<std::byte, AesGcm::kTagSize> tag{};
  EXPECT_EQ(of_hundred([&] {
              ASSERT_TRUE(cipher.seal({}, clear_, data_, tag));
              ASSERT_TRUE(cipher.open({}, clear_, data_, tag));
            }),
            0U);
  tag[0] ^= std::byte{1};
  EXPECT_EQ(of_hundred([&] { ASSERT_FALSE(cipher.open({}, {}, data_, tag)); }), 0U);
}

TEST_P(CryptoAllocationsTest, KeyedHmacTakesNothingFromTheHeap) {
  KeyedHmacSha1 hmac(key_);
  EXPECT_EQ(of_hundred([&] { static_cast<void>(hmac.of(data_, data_)); }), 0U);
}

TEST_P(CryptoAllocationsTest, AKeysMemoryIsCounted) {
  const auto before = openssl_allocation_count;
  const AesCounter cipher(key_);
  EXPECT_GT(openssl_allocation_count, before);
}

INSTANTIATE_TEST_SUITE_P(Keys, CryptoAllocationsTest, ::testing::Values(16U, 32U));

}  // namespace
}  // namespace godwit::crypto
