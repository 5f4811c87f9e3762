// SPDX-License-Identifier: Apache-2.0
#include "io/system_random.h"

#include <gtest/gtest.h>

#include <vector>

namespace godwit::io {
namespace {

TEST(SystemRandom, FillsLongBuffersDifferentlyEachTime) {
  SystemRandom random;
  std::vector<std::byte> first(100000);
  std::vector<std::byte> second(100000);
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
  const std::vector<std::byte> tail(first.end() - 64, first.end());
  EXPECT_NE(tail, std::vector<std::byte>(64)) << "the end is filled as well";
}

}  // namespace
}  // namespace godwit::io
