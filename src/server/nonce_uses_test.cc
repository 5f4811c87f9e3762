// SPDX-License-Identifier: Apache-2.0
#include "server/nonce_uses.h"

#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using namespace std::chrono_literals;

class NonceUsesTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kMost = 4;

  /// A nonce that was made now.
  bool use(const std::string& nonce, std::uint32_t count = 1) {
    return uses_.use_up(nonce, now_, count, now_);
  }

  TimePoint now_{1h};
  NonceUses uses_{{5min, kMost}};
};

TEST_F(NonceUsesTest, ACountMustRise) {
  const TimePoint made = now_;
  EXPECT_TRUE(uses_.use_up("a", made, 1, now_));
  EXPECT_FALSE(uses_.use_up("a", made, 1, now_));
  EXPECT_TRUE(uses_.use_up("a", made, 7, now_));
  EXPECT_FALSE(uses_.use_up("a", made, 6, now_));
  EXPECT_TRUE(uses_.use_up("b", made, 1, now_)) << "each nonce has its own";
  EXPECT_FALSE(uses_.use_up("c", made, 0, now_));
}

TEST_F(NonceUsesTest, AnOldNonceIsNotUsable) {
  const TimePoint made = now_;
  ASSERT_TRUE(use("a"));
  now_ += 5min;
  EXPECT_TRUE(uses_.use_up("a", made, 2, now_));
  now_ += 1ns;
  EXPECT_FALSE(uses_.use_up("a", made, 3, now_));
}

TEST_F(NonceUsesTest, OfThoseTooManyTheFirstUsedIsForgottenAndStaysUsedUp) {
  const TimePoint made = now_;
  for (const char* const nonce : {"a", "b", "c", "d", "e"}) {
    EXPECT_TRUE(use(nonce));
    now_ += 1s;
  }
  EXPECT_EQ(uses_.size(), kMost);
  EXPECT_FALSE(uses_.use_up("a", made, 1, now_)) << "played again";
  EXPECT_FALSE(uses_.use_up("a", made, 2, now_));
  EXPECT_TRUE(uses_.use_up("b", made + 1s, 2, now_));
  EXPECT_TRUE(use("f"));
}

TEST_F(NonceUsesTest, WhatHasExpiredGoesAFewAtATime) {
  for (const char* const nonce : {"a", "b", "c", "d"}) ASSERT_TRUE(use(nonce));
  now_ += 5min + 1ns;
  ASSERT_TRUE(use("e"));
  EXPECT_EQ(uses_.size(), 3U);
  ASSERT_TRUE(use("f"));
  EXPECT_EQ(uses_.size(), 2U);
  EXPECT_TRUE(use("e", 2));
  EXPECT_TRUE(use("f", 2));
}

// Room made by what has expired is no loss of memory: nonces of that age are good.
TEST_F(NonceUsesTest, ForgettingTheExpiredRefusesNobody) {
  ASSERT_TRUE(use("a"));
  const TimePoint then = now_ + 1min;
  now_ += 5min + 1ns;
  EXPECT_TRUE(uses_.use_up("asked for then", then, 1, now_));
  EXPECT_EQ(uses_.size(), 1U);
}

}  // namespace
}  // namespace godwit::server
