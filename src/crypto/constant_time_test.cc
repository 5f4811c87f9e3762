// SPDX-License-Identifier: Apache-2.0
#include "crypto/constant_time.h"

#include <gtest/gtest.h>

namespace godwit::crypto {
namespace {

TEST(ConstantTimeTest, EqualTextsAreEqual) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("6629fae4", "6629fae4"));
}

TEST(ConstantTimeTest, AnyDifferenceIsFound) {
  EXPECT_FALSE(equal_in_constant_time("6629fae4", "7629fae4"));
  EXPECT_FALSE(equal_in_constant_time("6629fae4", "6629fae5"));
  EXPECT_FALSE(equal_in_constant_time("6629fae4", "6629fae"));
  EXPECT_FALSE(equal_in_constant_time("", "6"));
}

}  // namespace
}  // namespace godwit::crypto
