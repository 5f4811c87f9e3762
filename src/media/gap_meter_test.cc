// SPDX-License-Identifier: Apache-2.0
#include "media/gap_meter.h"

#include <gtest/gtest.h>

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

TEST(GapMeterTest, KeepsTheLongestAndCountsTheRunningOne) {
  GapMeter gap;
  const TimePoint start{1s};
  EXPECT_EQ(gap.longest(start), 0ns);
  gap.on_packet(start);
  gap.on_packet(start + 50ms);
  gap.on_packet(start + 70ms);
  EXPECT_EQ(gap.longest(start + 80ms), 50ms);
  EXPECT_EQ(gap.longest(start + 200ms), 130ms);
}

TEST(GapMeterTest, ResetForgetsOldGapsButNotTheRunningOne) {
  GapMeter gap;
  const TimePoint start{1s};
  gap.on_packet(start);
  gap.on_packet(start + 100ms);
  gap.reset();
  EXPECT_EQ(gap.longest(start + 110ms), 10ms);
  gap.on_packet(start + 130ms);
  EXPECT_EQ(gap.longest(start + 130ms), 30ms);
}

TEST(GapMeterTest, AHoldIsNoGap) {
  GapMeter gap;
  gap.on_packet(TimePoint{1s});
  gap.pause();
  EXPECT_EQ(gap.longest(TimePoint{60s}), 0ns);
  gap.on_packet(TimePoint{60s});
  EXPECT_EQ(gap.longest(TimePoint{60s}), 0ns);
}

}  // namespace
}  // namespace godwit::media
