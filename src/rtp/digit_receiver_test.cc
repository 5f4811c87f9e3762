// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_receiver.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;
using Digit = DigitReceiver::Digit;

class DigitReceiverTest : public ::testing::Test {
 protected:
  std::optional<Digit> hear(int event, std::uint32_t timestamp, int duration, bool end = false) {
    now_ += 20ms;
    return receiver_.on_event({.event = static_cast<std::uint8_t>(event),
                               .end = end,
                               .duration = static_cast<std::uint16_t>(duration)},
                              timestamp, now_);
  }

  TimePoint now_{10s};
  DigitReceiver receiver_;
};

TEST_F(DigitReceiverTest, TellsADigitOnceAtItsEnd) {
  EXPECT_EQ(hear(5, 100, 160), std::nullopt);
  EXPECT_EQ(hear(5, 100, 320), std::nullopt);
  EXPECT_EQ(hear(5, 100, 800, true), (Digit{'5', 100ms}));
  EXPECT_EQ(hear(5, 100, 800, true), std::nullopt);
  EXPECT_EQ(hear(5, 100, 800, true), std::nullopt);
  EXPECT_EQ(receiver_.next_deadline(), std::nullopt);
}

TEST_F(DigitReceiverTest, OneEndPacketIsEnough) {
  EXPECT_EQ(hear(11, 100, 800, true), (Digit{'#', 100ms}));
}

TEST_F(DigitReceiverTest, TheNextDigitEndsOneWhoseEndWasLost) {
  hear(1, 100, 320);
  EXPECT_EQ(hear(1, 2000, 160), (Digit{'1', 40ms}));
  EXPECT_EQ(hear(1, 2000, 480, true), (Digit{'1', 60ms}));
}

TEST_F(DigitReceiverTest, SilenceEndsADigit) {
  hear(1, 100, 320);
  ASSERT_EQ(receiver_.next_deadline(), now_ + DigitReceiver::kSilence);
  EXPECT_EQ(receiver_.on_timeout(now_ + 499ms), std::nullopt);
  EXPECT_EQ(receiver_.on_timeout(now_ + 500ms), (Digit{'1', 40ms}));
  now_ += 500ms;
  EXPECT_EQ(hear(1, 100, 800, true), std::nullopt) << "its end comes too late: told already";
}

TEST_F(DigitReceiverTest, ReorderedPacketsDoNotShortenOrRepeat) {
  hear(1, 100, 480);
  hear(1, 100, 320);
  EXPECT_EQ(hear(1, 100, 640, true), (Digit{'1', 80ms}));
  EXPECT_EQ(hear(1, 100, 480), std::nullopt);
  EXPECT_EQ(receiver_.next_deadline(), std::nullopt);
}

TEST_F(DigitReceiverTest, ADigitAfterDaysIsHeardAlthoughTimestampsWrapped) {
  hear(1, 100, 480, true);
  now_ += 100h;
  EXPECT_EQ(hear(2, 100U + 0x90000000U, 480, true), (Digit{'2', 60ms}));
}

// RFC 4733 §2.5.1.3
TEST_F(DigitReceiverTest, ADigitInSegmentsIsOneDigit) {
  EXPECT_EQ(hear(3, 100, 65'000), std::nullopt);
  EXPECT_EQ(hear(3, 100, 0xffff), std::nullopt);
  EXPECT_EQ(hear(3, 100 + 0xffff, 160), std::nullopt);
  EXPECT_EQ(hear(3, 100, 0xffff), std::nullopt) << "late";
  EXPECT_EQ(hear(3, 100 + 0xffff, 0xffff), std::nullopt);
  EXPECT_EQ(hear(3, 100 + 2 * 0xffff, 800, true), (Digit{'3', 16'483ms}));
  EXPECT_EQ(hear(3, 100 + 2 * 0xffff, 800, true), std::nullopt);
}

TEST_F(DigitReceiverTest, TheLastPacketOfASegmentMayBeLost) {
  hear(3, 100, 65'000);
  EXPECT_EQ(hear(3, 100 + 0xffff, 801, true), (Digit{'3', 8'292ms}));
}

TEST_F(DigitReceiverTest, EventsThatAreNoDigitsAreIgnored) {
  EXPECT_EQ(hear(16, 100, 800, true), std::nullopt);
  EXPECT_EQ(hear(255, 100, 800, true), std::nullopt);
}

}  // namespace
}  // namespace godwit::rtp
