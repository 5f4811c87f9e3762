// SPDX-License-Identifier: Apache-2.0
#include "nearest_word.h"

#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

const std::vector<std::string> kWords = {"codecs", "record", "transport", "hold", "loop"};

TEST(NearestWordTest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest_word("codec", kWords), "codecs");
  EXPECT_EQ(nearest_word("tranpsort", kWords), "transport");
  EXPECT_EQ(nearest_word("hodl", kWords), "hold");
  EXPECT_EQ(nearest_word("hold", kWords), "hold");
}

TEST(NearestWordTest, FindsNothingInWhatIsFar) {
  EXPECT_EQ(nearest_word("password", kWords), "");
  EXPECT_EQ(nearest_word("x", kWords), "");
  EXPECT_EQ(nearest_word(std::string(100, 'x'), kWords), "");
  EXPECT_EQ(nearest_word("hold", {}), "");
}

TEST(NearestWordTest, HintsOnlyAtSomething) {
  EXPECT_EQ(hint("recrod", kWords), " (did you mean record?)");
  EXPECT_EQ(hint("password", kWords), "");
}

}  // namespace
}  // namespace godwit::cli
