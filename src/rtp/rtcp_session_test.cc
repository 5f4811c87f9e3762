// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp_session.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

const RtcpSession::Contents kLeaving{
    .heard = {}, .metrics = {}, .ending = RtcpSession::Ending::bye};

RtcpSession::Contents hears(std::uint32_t ssrc, std::optional<VoipMetrics> metrics = {}) {
  return {.heard = ReportBlock{.ssrc = ssrc}, .metrics = metrics};
}

class RtcpSessionTest : public ::testing::Test {
 protected:
  std::vector<RtcpPacket> report(RtcpSession::Contents contents = {}) {
    const auto packets =
        parse_rtcp(session_.report(sender_, std::move(contents), now_), session_.form());
    EXPECT_TRUE(packets);
    return packets.value_or(std::vector<RtcpPacket>{});
  }
  /// The time until the next report leaves.
  Duration until_due() {
    const TimePoint began = now_;
    do {
      now_ = *session_.next_deadline();
    } while (!session_.take_due(now_));
    return now_ - began;
  }

  static double milliseconds(Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
  }

  TimePoint now_{100s};
  SeededRandom random_{7};
  Sender sender_{random_};
  RtcpSession session_{"cname", random_};
};

// RFC 3550 §6.3.1: with reconsideration the intervals come out at 5 s in the mean, each between
// 0.5 and 1.5 times of it over e - 3/2.
TEST_F(RtcpSessionTest, ReportsEveryFiveSecondsInTheMean) {
  session_.start(now_);
  static_cast<void>(until_due());
  Duration sum{};
  constexpr int kReports = 2000;
  for (int i = 0; i < kReports; ++i) {
    const Duration interval = until_due();
    EXPECT_GE(milliseconds(interval), 5000 * 0.5 / 1.2183);
    EXPECT_LE(milliseconds(interval), 5000 * 1.5 / 1.2182);
    sum += interval;
  }
  EXPECT_NEAR(milliseconds(sum / kReports), 4700, 400);
}

TEST_F(RtcpSessionTest, TheFirstReportComesInHalfTheTime) {
  EXPECT_FALSE(session_.take_due(now_));
  session_.start(now_);
  EXPECT_FALSE(session_.take_due(*session_.next_deadline() - 1ns));
  EXPECT_LE(milliseconds(until_due()), 2500 * 1.5 / 1.2182);
  EXPECT_FALSE(session_.take_due(now_));
}

TEST_F(RtcpSessionTest, AHurriedReportIsDueAtOnceButNotTwiceInASecond) {
  session_.start(now_);
  now_ += 100ms;
  session_.hurry(now_);
  EXPECT_TRUE(session_.take_due(now_));
  static_cast<void>(report());
  now_ += 500ms;
  session_.hurry(now_);
  EXPECT_FALSE(session_.take_due(now_));
  now_ += 500ms;
  session_.hurry(now_);
  EXPECT_TRUE(session_.take_due(now_));
  EXPECT_GE(*session_.next_deadline(), now_ + 2s);
}

TEST_F(RtcpSessionTest, OnlyAHurriedReportOfReducedSizeLeavesAlone) {
  session_.start(now_);
  session_.hurry(now_);
  EXPECT_EQ(report().size(), 2U);  // not agreed: whole
  session_.set_form(RtcpForm::reduced_size);
  now_ += 2s;
  session_.hurry(now_);
  EXPECT_EQ(report().size(), 1U);
  EXPECT_EQ(report().size(), 2U);
}

TEST_F(RtcpSessionTest, WhoHasSaidNothingLeavesWithoutAWord) {
  EXPECT_TRUE(session_.report(sender_, kLeaving, now_).empty());
  sender_.count_sent(160);
  EXPECT_FALSE(session_.report(sender_, kLeaving, now_).empty());
}

TEST_F(RtcpSessionTest, IsASenderOnlyWhileItSends) {
  EXPECT_TRUE(std::holds_alternative<ReceiverReport>(report()[0]));
  sender_.count_sent(160);
  EXPECT_TRUE(std::holds_alternative<SenderReport>(report()[0]));
  EXPECT_TRUE(std::holds_alternative<ReceiverReport>(report()[0]));
}

TEST_F(RtcpSessionTest, SaysWhoItIsAndWhenItLeaves) {
  sender_.count_sent(160);
  const auto packets = report(kLeaving);
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
      parse_rtcp(far.report(far_sender, hears(sender_.ssrc()), now_))
          .value();
  now_ += 30ms;
  session_.on_rtcp(back, sender_.ssrc(), far_sender.ssrc(), now_);
  ASSERT_TRUE(session_.round_trip());
  EXPECT_NEAR(static_cast<double>(session_.round_trip()->count()) / 1e6, 55, 0.1);
  EXPECT_EQ(session_.echoed(), middle_of_ntp(std::get<SenderReport>(sr.at(0)).ntp));
  EXPECT_EQ(far.echoed(), 0U);
}

TEST_F(RtcpSessionTest, AnEndThatOnlyHearsMeasuresTheRoundTripToo) {
  Sender far_sender(random_);
  RtcpSession far(std::string("far"), random_);
  far_sender.count_sent(160);
  const auto asks = report(hears(far_sender.ssrc()));
  ASSERT_TRUE(std::holds_alternative<ExtendedReport>(asks.back()));
  now_ += 40ms;
  far.on_rtcp(asks, far_sender.ssrc(), std::nullopt, now_);
  now_ += 4s;
  const auto back = parse_rtcp(far.report(far_sender, {}, now_)).value();
  now_ += 45ms;
  session_.on_rtcp(back, sender_.ssrc(), far_sender.ssrc(), now_);
  ASSERT_TRUE(session_.round_trip());
  EXPECT_NEAR(milliseconds(*session_.round_trip()), 85, 0.1);
  // Each question is answered once.
  EXPECT_EQ(parse_rtcp(far.report(far_sender, {}, now_)).value().size(), 2U);
}

TEST_F(RtcpSessionTest, SendersAskForNoEcho) {
  sender_.count_sent(160);
  EXPECT_EQ(report(hears(6)).size(), 2U);
}

TEST_F(RtcpSessionTest, TellsAndKeepsHowVoiceIsReceived) {
  const VoipMetrics metrics{.ssrc = 6, .loss_rate = 5, .r_factor = 90};
  sender_.count_sent(160);
  const auto packets = report(hears(6, metrics));
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(std::get<ExtendedReport>(packets[2]).metrics.at(0), metrics);

  RtcpSession far(std::string("far"), random_);
  far.on_rtcp(packets, 6, sender_.ssrc(), now_);
  ASSERT_TRUE(far.far_view());
  EXPECT_EQ(far.far_view()->metrics, metrics);
  EXPECT_EQ(far.far_view()->at, now_);
}

TEST_F(RtcpSessionTest, NoticesThatItsSourceHasLeft) {
  const std::vector<RtcpPacket> bye{ReceiverReport{.ssrc = 6}, Bye{.ssrcs = {6}, .reason = "moved"}};
  EXPECT_TRUE(session_.on_rtcp(bye, sender_.ssrc(), 6, now_).remote_left);
  EXPECT_FALSE(session_.on_rtcp(bye, sender_.ssrc(), 7, now_).remote_left);
  EXPECT_FALSE(session_.on_rtcp(bye, sender_.ssrc(), std::nullopt, now_).remote_left);
}

TEST_F(RtcpSessionTest, TellsAnotherWithItsSsrcFromItsOwnReportsComeBack) {
  sender_.count_sent(160);
  const auto own = report();
  EXPECT_FALSE(session_.on_rtcp(own, sender_.ssrc(), 6, now_).own_ssrc_taken);
  const std::vector<RtcpPacket> others{SenderReport{.ssrc = sender_.ssrc()},
                                       SourceDescription{sender_.ssrc(), "somebody"}};
  EXPECT_TRUE(session_.on_rtcp(others, sender_.ssrc(), 6, now_).own_ssrc_taken);
}

TEST_F(RtcpSessionTest, UnderANewSsrcItIsASenderFromItsFirstPacketOn) {
  sender_.count_sent(160);
  static_cast<void>(report());
  sender_.take_new_ssrc(random_);
  sender_.count_sent(160);
  const auto packets = report();
  EXPECT_EQ(std::get<SenderReport>(packets[0]).ssrc, sender_.ssrc());
  EXPECT_EQ(std::get<SenderReport>(packets[0]).packets, 1U);
}

TEST_F(RtcpSessionTest, IgnoresReportsOfOrAboutStrangers) {
  session_.on_rtcp({SenderReport{.ssrc = 5, .ntp = 0x1234567890}}, sender_.ssrc(), 6, now_);
  const auto packets = report(hears(6));
  EXPECT_EQ(std::get<ReceiverReport>(packets[0]).blocks[0].last_sr, 0U);
  session_.on_rtcp({ReceiverReport{.ssrc = 6, .blocks = {{.ssrc = 99, .last_sr = 77}}}},
                   sender_.ssrc(), 6, now_);
  EXPECT_FALSE(session_.round_trip());
}

// A millisecond that began as the report came and one that ended as it left: it lay there "for 2 ms".
TEST_F(RtcpSessionTest, ARoundTripShorterThanTheFarEndsClockCanTellIsNone) {
  sender_.count_sent(160);
  const auto ours = std::get<SenderReport>(report()[0]);
  now_ += 1500us;
  const ReportBlock echo{.ssrc = sender_.ssrc(),
                         .last_sr = middle_of_ntp(ours.ntp),
                         .delay_since_last_sr = 2 * 65536 / 1000};
  session_.on_rtcp({ReceiverReport{.ssrc = 6, .blocks = {echo}}}, sender_.ssrc(), 6, now_);
  EXPECT_EQ(session_.round_trip(), Duration{});
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
