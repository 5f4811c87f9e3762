// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"

namespace godwit::rtp {
namespace {

using ::testing::ElementsAre;

const ReportBlock kBlock{.ssrc = 2,
                         .fraction_lost = 64,
                         .cumulative_lost = -5,
                         .highest_sequence = 0x10002,
                         .jitter = 12,
                         .last_sr = 0xabcd1234,
                         .delay_since_last_sr = 65536};

std::vector<RtcpPacket> full_compound() {
  return {SenderReport{.ssrc = 1,
                       .ntp = 0x1122334455667788,
                       .rtp_timestamp = 160,
                       .packets = 3,
                       .octets = 480,
                       .blocks = {kBlock}},
          SourceDescription{.ssrc = 1, .cname = "abc"},
          ExtendedReport{.ssrc = 1, .reference_time = 5, .metrics = {VoipMetrics{.ssrc = 2}}},
          Bye{.ssrcs = {1}, .reason = "moved"}};
}

TEST(RtcpTest, ReadsTheCompoundItWrote) {
  const auto packets = parse_rtcp(write_rtcp(full_compound()));
  ASSERT_TRUE(packets);
  EXPECT_EQ(*packets, full_compound());
}

TEST(RtcpTest, ReadsReceiverReportsAndCnamesOfEveryLength) {
  for (std::size_t length = 0; length < 9; ++length) {
    const std::vector<RtcpPacket> compound{
        ReceiverReport{.ssrc = 1, .blocks = {kBlock, kBlock}},
        SourceDescription{.ssrc = 1, .cname = std::string(length, 'x')}};
    const auto wire = write_rtcp(compound);
    EXPECT_EQ(wire.size() % 4, 0U);
    const auto packets = parse_rtcp(wire);
    ASSERT_TRUE(packets) << packets.error().detail;
    EXPECT_EQ(*packets, compound);
  }
}

TEST(RtcpTest, RefusesEveryCutOffCompound) {
  const auto wire = write_rtcp(full_compound());
  const std::vector<std::size_t> whole_parts{52, 68, 124};  // after SR, SDES, XR
  for (std::size_t size = 0; size < wire.size(); ++size) {
    if (std::ranges::count(whole_parts, size) != 0) continue;
    EXPECT_FALSE(parse_rtcp(std::span{wire}.first(size))) << size;
  }
}

TEST(RtcpTest, RefusesMoreBlocksThanBytes) {
  auto wire = write_rtcp({ReceiverReport{.ssrc = 1}});
  wire[0] = std::byte{0x9f};
  EXPECT_FALSE(parse_rtcp(wire));
}

TEST(RtcpTest, RefusesCompoundsThatDoNotBeginWithAReport) {
  EXPECT_FALSE(parse_rtcp(write_rtcp({Bye{.ssrcs = {1}}})));
}

TEST(RtcpTest, TakesPartsAloneWhereThatWasAgreed) {
  const auto bye = write_rtcp({Bye{.ssrcs = {1}}});
  EXPECT_FALSE(parse_rtcp(bye));
  EXPECT_TRUE(parse_rtcp(bye, RtcpForm::reduced_size));
  auto strange = bye;
  strange[1] = std::byte{224};  // no RTCP (RFC 5761 §4)
  EXPECT_FALSE(parse_rtcp(strange, RtcpForm::reduced_size));
}

TEST(RtcpTest, ReadsReasonsOfEveryLengthAndRefusesThoseThatAreCutOff) {
  for (std::size_t length = 0; length < 9; ++length) {
    const std::vector<RtcpPacket> compound{ReceiverReport{.ssrc = 1},
                                           Bye{{1, 2}, std::string(length, 'x')}};
    auto wire = write_rtcp(compound);
    EXPECT_EQ(wire.size() % 4, 0U);
    const auto packets = parse_rtcp(wire);
    ASSERT_TRUE(packets);
    EXPECT_EQ(*packets, compound);
    if (length == 0) continue;
    wire[20] = std::byte{200};  // the reason's length
    EXPECT_FALSE(parse_rtcp(wire));
  }
}

TEST(RtcpTest, TakesAsManyPartsAsTheLimitAllows) {
  const auto with_parts = [](std::size_t count) {
    return write_rtcp(std::vector<RtcpPacket>(count, ReceiverReport{.ssrc = 1}));
  };
  EXPECT_TRUE(parse_rtcp(with_parts(limits::kRtcpParts)));
  EXPECT_FALSE(parse_rtcp(with_parts(limits::kRtcpParts + 1)));
  auto many = with_parts(limits::kRtcpParts);
  const auto once = many;
  for (int i = 1; i < 10; ++i) many.insert(many.end(), once.begin(), once.end());
  EXPECT_FALSE(parse_rtcp(many));
}

TEST(RtcpTest, RefusesAnItemLongerThanItsPacket) {
  auto wire = write_rtcp({ReceiverReport{.ssrc = 1}, SourceDescription{.ssrc = 1, .cname = "ab"}});
  wire[wire.size() - 7] = std::byte{200};  // the item's length
  EXPECT_FALSE(parse_rtcp(wire));
}

TEST(RtcpTest, SkipsTypesItDoesNotKnow) {
  auto wire = write_rtcp({ReceiverReport{.ssrc = 1}, Bye{.ssrcs = {1}}});
  wire[9] = std::byte{206};  // the BYE becomes feedback (RFC 4585)
  const auto packets = parse_rtcp(wire);
  ASSERT_TRUE(packets);
  EXPECT_THAT(*packets, ElementsAre(RtcpPacket{ReceiverReport{.ssrc = 1}}));
}

TEST(RtcpTest, PaddingIsAllowedOnTheLastPacketOnly) {
  auto wire = write_rtcp({ReceiverReport{.ssrc = 1}, Bye{.ssrcs = {1, 4}}});
  wire[8] |= std::byte{0x20};
  wire[8] &= ~std::byte{3};
  wire[8] |= std::byte{1};  // one SSRC, four bytes of padding
  EXPECT_TRUE(parse_rtcp(wire));
  wire[0] |= std::byte{0x20};
  EXPECT_FALSE(parse_rtcp(wire));
}

TEST(RtcpTest, NtpTimeCountsSecondsAndTheirFractions) {
  using namespace std::chrono_literals;
  EXPECT_EQ(to_ntp(TimePoint{2s + 500ms}), 0x0000'0002'8000'0000U);
  EXPECT_EQ(middle_of_ntp(to_ntp(TimePoint{2s + 500ms})), 0x0002'8000U);
}

}  // namespace
}  // namespace godwit::rtp
