// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_sender.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

TEST(DigitSenderTest, SendsGrowingDurationsThenThreeEnds) {
  DigitSender sender;
  ASSERT_TRUE(sender.queue("5", 60ms));
  std::vector<int> durations;
  std::vector<bool> ends;
  std::vector<bool> firsts;
  std::uint32_t timestamp = 1000;
  while (const auto out = sender.next(timestamp, {})) {
    EXPECT_EQ(out->timestamp, 1000U);
    EXPECT_EQ(out->event.event, 5);
    durations.push_back(out->event.duration);
    ends.push_back(out->event.end);
    firsts.push_back(out->first);
    timestamp += 160;
  }
  EXPECT_EQ(durations, (std::vector{160, 320, 480, 480, 480}));
  EXPECT_EQ(ends, (std::vector{false, false, true, true, true}));
  EXPECT_EQ(firsts, (std::vector{true, false, false, false, false}));
}

TEST(DigitSenderTest, DigitsFollowEachOtherWithTimestampsOfTheirOwn) {
  DigitSender sender;
  ASSERT_TRUE(sender.queue("1#", 40ms));
  std::vector<std::uint32_t> timestamps;
  std::uint32_t timestamp = 0;
  for (; const auto out = sender.next(timestamp, {}); timestamp += 160) {
    if (out->first) timestamps.push_back(out->timestamp);
  }
  EXPECT_EQ(timestamps, (std::vector<std::uint32_t>{0, 640}));
}

// RFC 4733 §2.5.1.3
TEST(DigitSenderTest, WhatIsLongerThanAPacketCanSayGoesInSegments) {
  constexpr std::uint32_t kRate = 48000;
  const DigitSender::Pace pace{.step = kRate / 50, .clock_rate = kRate};
  DigitSender sender;
  ASSERT_TRUE(sender.queue("0", 3s));
  std::uint32_t begun = 0;
  std::uint32_t told = 0;
  int firsts = 0;
  for (std::uint32_t timestamp = 0; const auto out = sender.next(timestamp, pace);
       timestamp += pace.step) {
    if (out->timestamp != begun) {
      EXPECT_EQ(out->timestamp, begun + told) << "a segment begins where the one before ended";
      begun = out->timestamp;
    }
    told = out->event.duration;
    firsts += out->first ? 1 : 0;
  }
  EXPECT_EQ(begun + told, 3 * kRate);
  EXPECT_EQ(begun, 2 * 0xffffU);
  EXPECT_EQ(firsts, 1);
}

TEST(DigitSenderTest, TheQueueIsBounded) {
  DigitSender sender;
  EXPECT_TRUE(sender.queue(std::string(DigitSender::kMaxQueue, '1'), 40ms));
  EXPECT_FALSE(sender.queue("1", 40ms));
}

}  // namespace
}  // namespace godwit::rtp
