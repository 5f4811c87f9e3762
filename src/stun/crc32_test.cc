// SPDX-License-Identifier: Apache-2.0
#include "stun/crc32.h"

#include <gtest/gtest.h>

namespace godwit::stun {
namespace {

TEST(Crc32Test, GivesTheValuesThatEveryImplementationGives) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414fa339U);
  EXPECT_EQ(crc32(std::string_view("\0\xff", 2)), 0x6cdbfd72U);
}

}  // namespace
}  // namespace godwit::stun
