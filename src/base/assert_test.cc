// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <gtest/gtest.h>

namespace godwit {
namespace {

TEST(AssertTest, PassesOverWhatHolds) {
  GODWIT_ASSERT(1 + 1 == 2);
}

TEST(AssertTest, EvaluatesItsExpressionOnce) {
  int evaluations = 0;
  GODWIT_ASSERT(++evaluations == 1);
  EXPECT_EQ(evaluations, 1);
}

TEST(AssertDeathTest, SaysWhatWasExpectedAndWhere) {
  EXPECT_DEATH(GODWIT_ASSERT(1 + 1 == 3), "assert_test.cc:[0-9]+: expected 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace godwit
