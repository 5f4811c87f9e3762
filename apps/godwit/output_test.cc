// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

TEST(OutputTest, AStatusIsCutToTheWidthOfTheScreen) {
  EXPECT_EQ(cut_to("call 1 up", 9), "call 1 up");
  EXPECT_EQ(cut_to("call 1 up", 8), "call ...");
  EXPECT_EQ(cut_to("call", 2), "..");
  EXPECT_EQ(cut_to("call", 0), "");
  EXPECT_EQ(cut_to("bj\xC3\xB6rn rings", 6), "bj...");
}

}  // namespace
}  // namespace godwit::cli
