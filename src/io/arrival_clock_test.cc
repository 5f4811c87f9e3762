// SPDX-License-Identifier: Apache-2.0
#include "io/arrival_clock.h"

#include <gtest/gtest.h>

namespace godwit::io {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kReadAt{100s};
constexpr ArrivalClock::WallTime kWallAtRead{1'800'000'000s};
constexpr ArrivalClock kArrivals{kReadAt, kWallAtRead};

TEST(ArrivalClock, WhatWaitedArrivedBeforeItIsRead) {
  EXPECT_EQ(kArrivals.arrival_of(kWallAtRead - 7ms), kReadAt - 7ms);
  EXPECT_EQ(kArrivals.arrival_of(kWallAtRead - 1s), kReadAt - 1s);
}

TEST(ArrivalClock, WithoutAStampItArrivedNow) {
  EXPECT_EQ(kArrivals.arrival_of(std::nullopt), kReadAt);
}

TEST(ArrivalClock, AWallClockThatWasSetMeanwhileIsNotBelieved) {
  EXPECT_EQ(kArrivals.arrival_of(kWallAtRead + 1h), kReadAt);
  EXPECT_EQ(kArrivals.arrival_of(kWallAtRead - 1h), kReadAt);
}

}  // namespace
}  // namespace godwit::io
