// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp_session.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

class RtcpSessionTest : public ::testing::Test {
 protected:
  std::vector<RtcpPacket> report(std::optional<ReportBlock> heard = {},
                                 RtcpSession::Ending ending = RtcpSession::Ending::no) {
    const auto packets = parse_rtcp(session_.report(sender_, heard, now_, ending));
    EXPECT_TRUE(packets);
    return packets.value_or(std::vector<RtcpPacket>{});
  }

  TimePoint now_{100s};
  SeededRandom random_{7};
  Sender sender_{random_};
  RtcpSession session_{"cname", random_};
};

TEST_F(RtcpSessionTest, ReportsAboutEveryFiveSecondsTheFirstEarlier) {
  EXPECT_FALSE(session_.take_due(now_));
  session_.start(now_);
  TimePoint last = now_;
  for (int i = 0; i < 200; ++i) {
    const TimePoint due = *session_.next_deadline();
    const double scale = i == 0 ? 2500 : 5000;
    const double ms = std::chrono::duration<double, std::milli>(due - last).count();
    EXPECT_GE(ms, scale * 0.5 / 1.2183);
    EXPECT_LE(ms, scale * 1.5 / 1.2182);
    EXPECT_FALSE(session_.take_due(due - 1ns));
    EXPECT_TRUE(session_.take_due(due));
    last = due;
  }
}

TEST_F(RtcpSessionTest, IsASenderOnlyWhileItSends) {
  EXPECT_TRUE(std::holds_alternative<ReceiverReport>(report()[0]));
  sender_.count_sent(160);
  EXPECT_TRUE(std::holds_alternative<SenderReport>(report()[0]));
  EXPECT_TRUE(std::holds_alternative<ReceiverReport>(report()[0]));
}

TEST_F(RtcpSessionTest, SaysWhoItIsAndWhenItLeaves) {
  const auto packets = report({}, RtcpSession::Ending::bye);
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(packets[1], RtcpPacket(SourceDescription{.ssrc = sender_.ssrc(), .cname = "cname"}));
  EXPECT_EQ(packets[2], RtcpPacket(Bye{.ssrcs = {sender_.ssrc()}}));
}

TEST_F(RtcpSessionTest, MeasuresTheRoundTrip) {
  Sender far_sender(random_);
  RtcpSession far(std::string("far"), random_);
  sender_.count_sent(160);
  const auto sr = report();
  now_ += 25ms;
  far.on_rtcp(sr, far_sender.ssrc(), sender_.ssrc(), now_);
  now_ += 3s;
  const auto back =
      parse_rtcp(far.report(far_sender, ReportBlock{.ssrc = sender_.ssrc()}, now_)).value();
  now_ += 30ms;
  session_.on_rtcp(back, sender_.ssrc(), far_sender.ssrc(), now_);
  ASSERT_TRUE(session_.round_trip());
  EXPECT_NEAR(static_cast<double>(session_.round_trip()->count()) / 1e6, 55, 0.1);
}

TEST_F(RtcpSessionTest, IgnoresReportsOfOrAboutStrangers) {
  session_.on_rtcp({SenderReport{.ssrc = 5, .ntp = 0x1234567890}}, sender_.ssrc(), 6, now_);
  const auto packets = report(ReportBlock{.ssrc = 6});
  EXPECT_EQ(std::get<ReceiverReport>(packets[0]).blocks[0].last_sr, 0U);
  session_.on_rtcp({ReceiverReport{.ssrc = 6, .blocks = {{.ssrc = 99, .last_sr = 77}}}},
                   sender_.ssrc(), 6, now_);
  EXPECT_FALSE(session_.round_trip());
}

TEST_F(RtcpSessionTest, AnImpossibleRoundTripIsNotBelieved) {
  const std::uint32_t tomorrow = middle_of_ntp(to_ntp(now_ + 1s));
  session_.on_rtcp(
      {ReceiverReport{.ssrc = 6, .blocks = {{.ssrc = sender_.ssrc(), .last_sr = tomorrow}}}},
      sender_.ssrc(), 6, now_);
  EXPECT_FALSE(session_.round_trip());
}

}  // namespace
}  // namespace godwit::rtp
