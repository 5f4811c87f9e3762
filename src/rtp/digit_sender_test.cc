// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_sender.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace godwit::rtp {
namespace {

TEST(DigitSenderTest, SendsGrowingDurationsThenThreeEnds) {
  DigitSender sender;
  ASSERT_TRUE(sender.queue("5", 480));
  std::vector<int> durations;
  std::vector<bool> ends;
  std::vector<bool> firsts;
  std::uint32_t timestamp = 1000;
  while (const auto out = sender.next(timestamp)) {
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
  ASSERT_TRUE(sender.queue("1#", 320));
  std::vector<std::uint32_t> timestamps;
  std::uint32_t timestamp = 0;
  for (; const auto out = sender.next(timestamp); timestamp += 160) {
    if (out->first) timestamps.push_back(out->timestamp);
  }
  EXPECT_EQ(timestamps, (std::vector<std::uint32_t>{0, 640}));
}

TEST(DigitSenderTest, TheQueueIsBounded) {
  DigitSender sender;
  EXPECT_TRUE(sender.queue(std::string(DigitSender::kMaxQueue, '1'), 320));
  EXPECT_FALSE(sender.queue("1", 320));
}

}  // namespace
}  // namespace godwit::rtp
