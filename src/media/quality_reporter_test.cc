// SPDX-License-Identifier: Apache-2.0
#include "media/quality_reporter.h"

#include <gtest/gtest.h>

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

class QualityReporterTest : public ::testing::Test {
 protected:
  void seconds(int count, std::uint32_t lost_each = 0) {
    for (; count > 0; --count) {
      now_ += 1s;
      EXPECT_TRUE(reporter_.is_due(now_));
      look_.totals.packets += 50 - lost_each;
      look_.lost += lost_each;
      reporter_.on_second(look_, rtcp_, 8000, now_);
      reporter_.take_notices(notices_);
    }
  }
  template <class Notice>
  [[nodiscard]] std::vector<Notice> told() const {
    std::vector<Notice> out;
    for (const auto& notice : notices_) {
      if (const auto* const one = std::get_if<Notice>(&notice)) out.push_back(*one);
    }
    return out;
  }

  TimePoint now_{100s};
  SeededRandom random_{1};
  rtp::RtcpSession rtcp_{"c", random_};
  StreamLook look_{.packet_time = 20ms, .expects = true};
  QualityReporter reporter_{QualityOptions{.interval = 5s, .limits = {}}};
  std::vector<Notice> notices_;
};

TEST_F(QualityReporterTest, TellsFiguresAtTheIntervalThatWasAskedFor) {
  EXPECT_FALSE(reporter_.is_due(now_));
  reporter_.start(now_);
  EXPECT_FALSE(reporter_.is_due(now_ + 999ms));
  seconds(4);
  EXPECT_TRUE(notices_.empty());
  seconds(7);
  ASSERT_EQ(told<QualityMeasured>().size(), 2U);
  EXPECT_EQ(told<QualityMeasured>()[1].quality.now.at, 10s);
}

TEST_F(QualityReporterTest, TellsNothingUnlessAsked) {
  reporter_ = QualityReporter{QualityOptions{}};
  reporter_.start(now_);
  seconds(60);
  EXPECT_TRUE(notices_.empty());
  EXPECT_EQ(reporter_.quality().seconds, 60);
  EXPECT_EQ(reporter_.history().size(), 60U);
}

TEST_F(QualityReporterTest, TellsWhenACallTurnsBadAndGood) {
  reporter_.start(now_);
  seconds(5);
  seconds(5, 3);
  seconds(10);
  const auto turns = told<QualityTurned>();
  ASSERT_EQ(turns.size(), 2U);
  EXPECT_EQ(turns[0].measure, QualityMeasure::loss);
  EXPECT_TRUE(turns[0].bad);
  EXPECT_FALSE(turns[1].bad);
}

TEST_F(QualityReporterTest, PutsWhatTheFarEndSaysBesideWhatWeSee) {
  reporter_.start(now_);
  rtcp_.on_rtcp({rtp::ReceiverReport{6, {{.ssrc = 5, .fraction_lost = 128, .jitter = 80}}}}, 5, 6,
                now_ + 400ms);
  seconds(1);
  const CallQuality quality = reporter_.quality();
  ASSERT_TRUE(quality.far_end);
  EXPECT_EQ(quality.far_end->loss, 0.5);
  EXPECT_EQ(quality.far_end->at, 400ms);
  EXPECT_EQ(quality.far_end->jitter, 10ms);
}

}  // namespace
}  // namespace godwit::media
