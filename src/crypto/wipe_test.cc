// SPDX-License-Identifier: Apache-2.0
#include "crypto/wipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace godwit::crypto {
namespace {

TEST(WipeTest, ZerosWhatItIsGivenAndNothingBesideIt) {
  std::array<std::uint8_t, 4> memory{1, 2, 3, 4};
  wipe(std::span{memory}.subspan(1, 2));
  EXPECT_THAT(memory, ::testing::ElementsAre(1, 0, 0, 4));
  wipe({});
}

TEST(WipeTest, ATextKeepsItsLengthAndNothingElse) {
  std::string text = "secret";
  wipe(text);
  EXPECT_EQ(text, std::string(6, '\0'));
}

}  // namespace
}  // namespace godwit::crypto
