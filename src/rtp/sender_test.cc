// SPDX-License-Identifier: Apache-2.0
#include "rtp/sender.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

TEST(RtpSenderTest, BeginsAtRandomAndDiffersFromSessionToSession) {
  SeededRandom random(1);
  Sender a(random);
  Sender b(random);
  EXPECT_NE(a.ssrc(), b.ssrc());
  EXPECT_NE(a.timestamp(), b.timestamp());
  EXPECT_NE(a.take_sequence(), b.take_sequence());
}

TEST(RtpSenderTest, ANumberGivenBackIsTakenByTheNextPacket) {
  SeededRandom random(1);
  Sender sender(random);
  const std::uint16_t first = sender.take_sequence();
  const std::uint16_t second = sender.take_sequence();
  EXPECT_EQ(second, static_cast<std::uint16_t>(first + 1));
  sender.give_back_sequence();
  EXPECT_EQ(sender.take_sequence(), second);
}

TEST(RtpSenderTest, MediaTimeRunsBetweenFrames) {
  SeededRandom random(1);
  Sender sender(random);
  const std::uint32_t first = sender.timestamp();
  sender.advance(160, TimePoint{1s});
  EXPECT_EQ(sender.timestamp(), first + 160);
  EXPECT_EQ(sender.timestamp_at(TimePoint{1s + 10ms}), first + 240);
}

TEST(RtpSenderTest, CountsWhatLeft) {
  SeededRandom random(1);
  Sender sender(random);
  sender.count_sent(160);
  sender.count_sent(160);
  sender.uncount_sent(160);
  EXPECT_EQ(sender.packets(), 1U);
  EXPECT_EQ(sender.octets(), 160U);
}

TEST(RtpSenderTest, MediaTimeRunsByTheCodecsClock) {
  SeededRandom random(1);
  Sender sender(random);
  sender.set_clock_rate(48'000);
  sender.advance(960, TimePoint{1s});
  EXPECT_EQ(sender.timestamp_at(TimePoint{1s + 10ms}), sender.timestamp() + 480);
}

TEST(RtpSenderTest, UnderANewSsrcNumbersGoOnAndCountersBeginAnew) {
  SeededRandom random(1);
  Sender sender(random);
  const std::uint32_t ssrc = sender.ssrc();
  const std::uint32_t timestamp = sender.timestamp();
  const std::uint16_t sequence = sender.take_sequence();
  sender.count_sent(160);
  sender.take_new_ssrc(random);
  EXPECT_NE(sender.ssrc(), ssrc);
  EXPECT_EQ(sender.timestamp(), timestamp);
  EXPECT_EQ(sender.take_sequence(), static_cast<std::uint16_t>(sequence + 1));
  EXPECT_EQ(sender.packets(), 0U);
  EXPECT_EQ(sender.packets_in_all(), 1U);
}

TEST(RtpSenderTest, KnowsWhatItSentLately) {
  SeededRandom random(1);
  Sender sender(random);
  const std::uint16_t sequence = sender.take_sequence();
  const std::uint32_t timestamp = sender.timestamp();
  sender.advance(160, TimePoint{1s});
  EXPECT_TRUE(sender.is_own(sequence, timestamp));
  EXPECT_FALSE(sender.is_own(static_cast<std::uint16_t>(sequence + 1), timestamp));
  EXPECT_FALSE(sender.is_own(sequence, timestamp + 161));
  EXPECT_FALSE(sender.is_own(static_cast<std::uint16_t>(sequence - 3000), timestamp));
}

}  // namespace
}  // namespace godwit::rtp
