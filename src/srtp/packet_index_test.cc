// SPDX-License-Identifier: Apache-2.0
#include "srtp/packet_index.h"

#include <gtest/gtest.h>

namespace godwit::srtp {
namespace {

TEST(PacketIndexTest, BeginsInTheFirstRound) {
  EXPECT_EQ(index_of(0, std::nullopt), 0U);
  EXPECT_EQ(index_of(0xffff, std::nullopt), 0xffffU);
  // Nothing is older than the first round.
  EXPECT_EQ(index_of(0xffff, 0), 0xffffU);
  EXPECT_EQ(index_of(0xffff, 0x8000), 0xffffU);
}

TEST(PacketIndexTest, IsTheNearestToTheNewest) {
  EXPECT_EQ(index_of(0, 0xffff), 0x10000U);
  EXPECT_EQ(index_of(0x7ffe, 0xffff), 0x17ffeU);
  EXPECT_EQ(index_of(0x7fff, 0xffff), 0x7fffU);
  EXPECT_EQ(index_of(0xffff, 0x10000), 0xffffU);
  EXPECT_EQ(index_of(0x8001, 0x10000), 0x8001U);
  EXPECT_EQ(index_of(0x8000, 0x10000), 0x18000U);
  EXPECT_EQ(index_of(5, 0x1'0000'0004), 0x1'0000'0005U);
}

}  // namespace
}  // namespace godwit::srtp
