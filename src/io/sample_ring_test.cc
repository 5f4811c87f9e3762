// SPDX-License-Identifier: Apache-2.0
#include "io/sample_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <thread>

namespace godwit::io {
namespace {

using ::testing::ElementsAre;

std::vector<std::int16_t> popped(SampleRing& ring, std::size_t most) {
  std::vector<std::int16_t> out(most);
  out.resize(ring.pop(out));
  return out;
}

TEST(SampleRing, GivesWhatWasPutInInOrder) {
  SampleRing ring(8);
  EXPECT_EQ(ring.push(std::array<std::int16_t, 3>{1, 2, 3}), 3U);
  EXPECT_EQ(ring.size(), 3U);
  EXPECT_THAT(popped(ring, 2), ElementsAre(1, 2));
  EXPECT_THAT(popped(ring, 5), ElementsAre(3));
  EXPECT_THAT(popped(ring, 5), ElementsAre());
}

TEST(SampleRing, LeavesOutWhatThereIsNoRoomFor) {
  SampleRing ring(4);
  EXPECT_EQ(ring.push(std::array<std::int16_t, 6>{1, 2, 3, 4, 5, 6}), 4U);
  EXPECT_EQ(ring.push(std::array<std::int16_t, 1>{7}), 0U);
  EXPECT_THAT(popped(ring, 6), ElementsAre(1, 2, 3, 4));
}

TEST(SampleRing, GoesRoundItsEnd) {
  SampleRing ring(4);
  ring.push(std::array<std::int16_t, 3>{1, 2, 3});
  popped(ring, 3);
  EXPECT_EQ(ring.push(std::array<std::int16_t, 4>{4, 5, 6, 7}), 4U);
  EXPECT_THAT(popped(ring, 4), ElementsAre(4, 5, 6, 7));
}

TEST(SampleRing, DropsTheOldest) {
  SampleRing ring(4);
  ring.push(std::array<std::int16_t, 4>{1, 2, 3, 4});
  ring.drop(3);
  EXPECT_THAT(popped(ring, 4), ElementsAre(4));
  ring.drop(9);
  EXPECT_EQ(ring.size(), 0U);
}

// Under TSan the proof that two threads need nothing else between them.
TEST(SampleRing, TwoThreadsLoseAndRepeatNothing) {
  constexpr int kRounds = 2000;
  constexpr std::size_t kBlock = 96;
  SampleRing ring(512);
  std::thread device([&] {
    std::int16_t next = 0;
    for (int round = 0; round < kRounds; ++round) {
      std::array<std::int16_t, kBlock> block{};
      std::iota(block.begin(), block.end(), next);
      std::span<const std::int16_t> rest = block;
      while (!rest.empty()) {
        rest = rest.subspan(ring.push(rest));
        if (!rest.empty()) std::this_thread::yield();
      }
      next = static_cast<std::int16_t>(next + 1);
    }
  });
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::int16_t, kBlock> block{};
    std::span<std::int16_t> rest = block;
    while (!rest.empty()) {
      rest = rest.subspan(ring.pop(rest));
      if (!rest.empty()) std::this_thread::yield();
    }
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (block[i] != static_cast<std::int16_t>(round + static_cast<int>(i))) ++wrong;
    }
  }
  device.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(ring.size(), 0U);
}

}  // namespace
}  // namespace godwit::io
