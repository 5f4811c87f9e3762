// SPDX-License-Identifier: Apache-2.0
#include "rtp/extended_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace godwit::rtp {
namespace {

using ::testing::SizeIs;

VoipMetrics metrics_about(std::uint32_t ssrc) {
  return {.ssrc = ssrc,
          .loss_rate = 13,
          .discard_rate = 2,
          .burst_density = 80,
          .gap_density = 3,
          .burst_duration = 240,
          .gap_duration = 9000,
          .round_trip_delay = 75,
          .end_system_delay = 62,
          .r_factor = 88,
          .mos_listening = 43,
          .mos_conversation = 42,
          .receiver_configuration = 0xf3,
          .jitter_buffer_nominal = 40,
          .jitter_buffer_maximum = 60,
          .jitter_buffer_absolute = 200};
}

ExtendedReport full_report() {
  return {.ssrc = 7,
          .reference_time = 0x0102030405060708,
          .echoes = {{.ssrc = 8, .last_reference = 0x03040506, .delay = 65536}, {.ssrc = 9}},
          .metrics = {metrics_about(8)}};
}

std::vector<std::byte> bytes_of_report(const ExtendedReport& report) {
  std::vector<std::byte> bytes(size_of(report));
  ByteWriter writer(bytes);
  write_extended_report(writer, report);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), bytes.size());
  return bytes;
}

TEST(ExtendedReportTest, ReadsTheReportItWrote) {
  EXPECT_EQ(read_extended_report(bytes_of_report(full_report())), full_report());
  EXPECT_EQ(read_extended_report(bytes_of_report({.ssrc = 3})), (ExtendedReport{.ssrc = 3}));
}

TEST(ExtendedReportTest, PutsEveryFieldWhereTheRfcHasIt) {
  const auto bytes = bytes_of_report({.ssrc = 1, .metrics = {metrics_about(8)}});
  ASSERT_EQ(bytes.size(), 4U + 36U);  // RFC 3611 §4.7: the block's length is 8 words
  const auto at = [&](std::size_t i) { return std::to_integer<int>(bytes[i]); };
  EXPECT_EQ(at(4), 7);   // block type
  EXPECT_EQ(at(7), 8);   // its length
  EXPECT_EQ(at(11), 8);  // SSRC
  EXPECT_EQ(at(12), 13);
  EXPECT_EQ(at(17), 240);       // burst duration
  EXPECT_EQ(at(21), 75);        // round trip
  EXPECT_EQ(at(24), 127);       // no signal level
  EXPECT_EQ(at(27), 16);        // Gmin
  EXPECT_EQ(at(28), 88);        // R
  EXPECT_EQ(at(31), 42);        // MOS-CQ
  EXPECT_EQ(at(32), 0xf3);      // RX config
  EXPECT_EQ(at(39), 200);       // absolute maximum
}

TEST(ExtendedReportTest, RefusesEveryCutOffReport) {
  const auto bytes = bytes_of_report(full_report());
  const std::size_t whole_blocks[] = {4, 16, 44};
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const bool whole = std::ranges::count(whole_blocks, size) != 0;
    EXPECT_EQ(read_extended_report(std::span{bytes}.first(size)).has_value(), whole) << size;
  }
}

TEST(ExtendedReportTest, SkipsBlocksOfOtherTypes) {
  auto bytes = bytes_of_report(full_report());
  bytes[4] = std::byte{200};  // the reference time becomes something unheard of
  const auto report = read_extended_report(bytes);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->reference_time);
  EXPECT_THAT(report->metrics, SizeIs(1));
}

TEST(ExtendedReportTest, RefusesBlocksTooShortForWhatTheyAre) {
  auto bytes = bytes_of_report({.ssrc = 1, .reference_time = 2});
  bytes[4] = std::byte{7};  // metrics in eight bytes
  EXPECT_FALSE(read_extended_report(bytes));
  bytes[4] = std::byte{5};  // an echo in eight bytes
  EXPECT_FALSE(read_extended_report(bytes));
}

TEST(ExtendedReportTest, KeepsAsManyBlocksAsAReportHas) {
  ExtendedReport most{.ssrc = 1};
  most.metrics.assign(31, metrics_about(8));
  most.echoes.assign(31, ReferenceEcho{.ssrc = 1});
  const auto bytes = bytes_of_report(most);
  EXPECT_EQ(read_extended_report(bytes), most);

  auto more = bytes;
  const auto one = std::span{bytes}.last(36);
  for (int i = 0; i < 310; ++i) more.insert(more.end(), one.begin(), one.end());
  EXPECT_EQ(read_extended_report(more), most);
}

}  // namespace
}  // namespace godwit::rtp
