// SPDX-License-Identifier: Apache-2.0
#include "rtp/receiver_statistics.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

class ReceiverStatisticsTest : public ::testing::Test {
 protected:
  Arrival at(std::uint32_t sequence) {
    now_ += 20ms;
    return statistics_.on_sequence(static_cast<std::uint16_t>(sequence), now_);
  }

  TimePoint now_{10s};
  ReceiverStatistics statistics_;
};

TEST_F(ReceiverStatisticsTest, BelievesTheFirstPacketAndThoseThatFollow) {
  EXPECT_EQ(at(65534), Arrival::next);
  EXPECT_EQ(at(65535), Arrival::next);
  EXPECT_EQ(at(0), Arrival::next);
  EXPECT_EQ(statistics_.take_report_block(9).highest_sequence, 0x10000U);
  EXPECT_EQ(statistics_.lost(now_ + 1s), 0U);
}

TEST_F(ReceiverStatisticsTest, TellsLateFromDuplicate) {
  at(10);
  EXPECT_EQ(at(13), Arrival::next);
  EXPECT_EQ(at(12), Arrival::late);
  EXPECT_EQ(at(12), Arrival::duplicate);
  EXPECT_EQ(at(13), Arrival::duplicate);
  EXPECT_EQ(statistics_.lost(now_ + 1s), 1U);
}

TEST_F(ReceiverStatisticsTest, APacketFromBeforeTheFirstFillsNoHole) {
  at(10);
  at(12);
  now_ += 1s;
  EXPECT_EQ(at(9), Arrival::late);
  EXPECT_EQ(statistics_.lost(now_), 1U);
}

TEST_F(ReceiverStatisticsTest, OneWildNumberIsRejectedTwoInARowAreARestart) {
  at(10);
  EXPECT_EQ(at(40000), Arrival::rejected);
  EXPECT_EQ(at(11), Arrival::next);
  EXPECT_EQ(at(50000), Arrival::rejected);
  EXPECT_EQ(at(50001), Arrival::restarted);
  EXPECT_EQ(at(50002), Arrival::next);
  EXPECT_EQ(statistics_.lost(now_ + 1s), 0U);
}

TEST_F(ReceiverStatisticsTest, OldBitsDoNotMakeDuplicatesAfterALongGap) {
  for (std::uint32_t i = 0; i < 100; ++i) at(i);
  EXPECT_EQ(at(300), Arrival::next);
  EXPECT_EQ(at(299), Arrival::late);
  EXPECT_EQ(at(228), Arrival::late);
  EXPECT_EQ(statistics_.lost(now_ + 1s), 198U);
}

TEST_F(ReceiverStatisticsTest, ReportsTheFractionOfTheIntervalAndTheSumOfAll) {
  for (const std::uint32_t sequence : {1U, 2U, 5U, 6U}) at(sequence);  // 6 expected, 2 lost
  ReportBlock block = statistics_.take_report_block(9);
  EXPECT_EQ(block.ssrc, 9U);
  EXPECT_EQ(block.cumulative_lost, 2);
  EXPECT_EQ(block.fraction_lost, 256 * 2 / 6);
  at(7);
  block = statistics_.take_report_block(9);
  EXPECT_EQ(block.fraction_lost, 0);
  EXPECT_EQ(block.cumulative_lost, 2);
}

TEST_F(ReceiverStatisticsTest, DuplicatesMakeTheCumulativeLossNegative) {
  at(1);
  at(1);
  EXPECT_EQ(statistics_.take_report_block(9).cumulative_lost, -1);
}

TEST_F(ReceiverStatisticsTest, SteadyPacketsHaveNoJitterAndUnsteadyOnesDo) {
  std::uint32_t timestamp = 4'294'967'000U;  // wraps around on the way
  for (int i = 0; i < 100; ++i, timestamp += 160) statistics_.on_timing(timestamp, now_ += 20ms);
  EXPECT_EQ(statistics_.jitter(), 0ns);
  for (int i = 0; i < 200; ++i, timestamp += 160) {
    now_ += i % 2 == 0 ? 30ms : 10ms;
    statistics_.on_timing(timestamp, now_);
  }
  EXPECT_NEAR(static_cast<double>(statistics_.jitter().count()) / 1e6, 10, 0.5);
}

TEST_F(ReceiverStatisticsTest, JitterIsInTheUnitsOfTheCodecsClock) {
  statistics_.set_clock_rate(48'000);
  std::uint32_t timestamp = 4'294'960'000U;
  for (int i = 0; i < 200; ++i, timestamp += 960) {
    now_ += i % 2 == 0 ? 30ms : 10ms;
    statistics_.on_timing(timestamp, now_);
  }
  EXPECT_NEAR(static_cast<double>(statistics_.jitter().count()) / 1e6, 10, 0.5);
  at(1);
  EXPECT_NEAR(statistics_.take_report_block(9).jitter, 480, 24);
}

TEST_F(ReceiverStatisticsTest, AnotherClockRateIsNoJitter) {
  for (std::uint32_t i = 0; i < 50; ++i) statistics_.on_timing(160 * i, now_ += 20ms);
  statistics_.set_clock_rate(48'000);
  for (std::uint32_t i = 0; i < 50; ++i) statistics_.on_timing(8000 + 960 * i, now_ += 20ms);
  EXPECT_LT(statistics_.jitter(), 1us);
}

TEST_F(ReceiverStatisticsTest, CountsEachKindOfArrival) {
  for (const std::uint32_t sequence : {1U, 2U, 4U, 3U, 4U, 6U}) at(sequence);
  statistics_.on_discarded(3);
  EXPECT_EQ(statistics_.totals().packets, 5U);
  EXPECT_EQ(statistics_.totals().duplicates, 1U);
  EXPECT_EQ(statistics_.totals().reordered, 1U);
  EXPECT_EQ(statistics_.totals().discarded, 1U);
  EXPECT_EQ(statistics_.lost(now_ + 1s), 1U);
}

TEST_F(ReceiverStatisticsTest, BurstsAreOfWhatWasLostAndWhatCameTooLate) {
  for (std::uint32_t i = 65'400; i < 65'936; ++i) {
    if (i == 65'500 || i == 65'501 || i == 65'800) continue;  // before and after the number wraps
    at(i);
    if (i == 65'503 || i == 65'803) statistics_.on_discarded(static_cast<std::uint16_t>(i));
  }
  const auto bursts = statistics_.bursts();
  EXPECT_DOUBLE_EQ(bursts.burst_length, 4);
  EXPECT_DOUBLE_EQ(bursts.burst_density, 5.0 / 8);
  EXPECT_DOUBLE_EQ(bursts.gap_length, 528.0 / 3);
}

TEST_F(ReceiverStatisticsTest, BurstsGoOnCountingOverARestart) {
  for (std::uint32_t i = 0; i < 200; ++i) at(i);
  statistics_.start_anew();
  for (std::uint32_t i = 9000; i < 9100; ++i) at(i);
  EXPECT_DOUBLE_EQ(statistics_.bursts().gap_length, 300);
  EXPECT_EQ(statistics_.bursts().gap_density, 0);
}

TEST_F(ReceiverStatisticsTest, AnotherSourceBeginsWithoutLosses) {
  at(10);
  at(12);
  now_ += 1s;
  statistics_.start_anew();
  EXPECT_EQ(at(5000), Arrival::next);
  EXPECT_EQ(statistics_.lost(now_ + 1s), 1U);
  EXPECT_EQ(statistics_.take_report_block(9).cumulative_lost, 0);
}

}  // namespace
}  // namespace godwit::rtp
