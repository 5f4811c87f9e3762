// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace godwit {
namespace {

TEST(TextTest, WordsAreEqualWhateverTheCaseOfTheirLetters) {
  EXPECT_TRUE(equal_ignoring_case("Call-ID", "cALL-id"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  // One bit apart, as letters of two cases are, but no letters.
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

TEST(TextTest, TrimmingTakesBlanksAndTabsFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim("\r\na"), "\r\na");
}

}  // namespace
}  // namespace godwit
