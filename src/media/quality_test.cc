// SPDX-License-Identifier: Apache-2.0
#include "media/quality.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

/// A stream of G.711 in packets of 20 ms, counted by the statistics themselves.
class QualityMeterTest : public ::testing::Test {
 protected:
  QualityMeterTest() { meter_.start(now_); }

  /// One second; `arrives` says of each packet whether it comes.
  template <class Arrives>
  void second(Arrives arrives) {
    for (int i = 0; i < 50; ++i, ++sequence_, now_ += 20ms) {
      if (!arrives(i)) continue;
      static_cast<void>(statistics_.on_sequence(sequence_, now_));
      gap_ = std::max(gap_, now_ - heard_at_);
      heard_at_ = now_;
    }
    look();
  }
  void good_second() {
    second([](int) { return true; });
  }
  void dead_second() {
    now_ += 1s;
    look();
  }
  void look() {
    StreamLook look;
    look.totals = statistics_.totals();
    look.lost = statistics_.lost(now_ + 1s);
    look.packet_time = 20ms;
    look.buffered = 40ms;
    look.round_trip = 50ms;
    look.longest_gap = std::max(gap_, now_ - heard_at_);
    look.bursts = statistics_.bursts();
    look.codec = impairment_of("PCMU", 8000);
    look.expects = expects_;
    gap_ = {};
    meter_.on_second(look, now_);
  }
  [[nodiscard]] const CallQuality& quality() const { return meter_.quality(); }

  TimePoint now_{100s};
  TimePoint heard_at_ = now_;
  Duration gap_{};
  std::uint16_t sequence_ = 65'500;
  bool expects_ = true;
  rtp::ReceiverStatistics statistics_;
  QualityMeter meter_;
};

TEST_F(QualityMeterTest, AGoodCallIsRatedByItsDelayAlone) {
  for (int i = 0; i < 10; ++i) good_second();
  EXPECT_EQ(quality().seconds, 10);
  EXPECT_EQ(quality().packets, 500U);
  EXPECT_EQ(quality().now.packets, 50U);
  EXPECT_EQ(quality().now.at, 10s);
  EXPECT_EQ(quality().loss(), 0);
  EXPECT_NEAR(quality().now.r_factor, r_factor({}, {.one_way = 85ms}), 0.01);
  EXPECT_NEAR(quality().mos, 4.36, 0.01);
  EXPECT_EQ(quality().scale, MosScale::narrowband);
}

TEST_F(QualityMeterTest, FivePerCentOfRandomLossCostHalfAPointOfMos) {
  SeededRandom random(11);
  for (int i = 0; i < 120; ++i) second([&](int) { return random.below(100) >= 5; });
  EXPECT_NEAR(quality().loss(), 0.05, 0.01);
  EXPECT_NEAR(quality().mos, 3.86, 0.08);
  EXPECT_LT(quality().mos_least, 3.3);
  EXPECT_GT(quality().mos_most, 4.3);
}

TEST_F(QualityMeterTest, TellsTheWorstSecond) {
  for (int i = 0; i < 5; ++i) good_second();
  second([](int i) { return i % 4 != 0; });
  for (int i = 0; i < 5; ++i) good_second();
  EXPECT_EQ(quality().worst_at, 6s);
  EXPECT_LT(quality().mos_least, 2.6);
  EXPECT_GT(quality().now.mos, 4.3);
}

// Who has no network sends nothing, and the numbers of its packets show no hole.
TEST_F(QualityMeterTest, ASecondInWhichNothingCameIsBadEvenIfNothingWasLost) {
  for (int i = 0; i < 3; ++i) good_second();
  dead_second();
  dead_second();
  EXPECT_EQ(quality().lost, 0U);
  EXPECT_LT(quality().now.mos, 1.3);
  EXPECT_GE(quality().longest_gap, 2s);
}

TEST_F(QualityMeterTest, WhereNothingIsToBeHeardNothingIsRated) {
  expects_ = false;
  dead_second();
  EXPECT_EQ(quality().seconds, 0);
  EXPECT_EQ(quality().now.mos, 0);
  expects_ = true;
  good_second();
  EXPECT_EQ(quality().seconds, 1);
}

TEST_F(QualityMeterTest, BurstsAreTimes) {
  for (int i = 0; i < 10; ++i) good_second();
  second([](int i) { return i < 20 || i >= 25; });
  for (int i = 0; i < 10; ++i) good_second();
  EXPECT_EQ(quality().burst_length, 100ms);
  EXPECT_DOUBLE_EQ(quality().burst_loss, 1);
  EXPECT_EQ(quality().gap_loss, 0);
}

TEST_F(QualityMeterTest, RemembersTheLastMinutes) {
  for (int i = 0; i < 200; ++i) second([i](int packet) { return i != 150 || packet != 7; });
  const auto history = meter_.history();
  ASSERT_EQ(history.size(), QualityMeter::kSecondsKept);
  EXPECT_EQ(history.front().at, 21s);
  EXPECT_EQ(history.back().at, 200s);
  EXPECT_EQ(history.back().round_trip, 50ms);
  EXPECT_NEAR(history.back().mos, quality().now.mos, 0.001);
  EXPECT_NEAR(history.back().r_factor, quality().now.r_factor, 0.01);
  EXPECT_EQ(history[130].lost, 1U);
  EXPECT_EQ(history[131].lost, 0U);
}

TEST_F(QualityMeterTest, LooksOnceASecond) {
  EXPECT_EQ(meter_.next_deadline(), TimePoint{101s});
  now_ += 500ms;
  look();
  EXPECT_TRUE(meter_.history().empty());
  now_ += 2600ms;  // nobody looked for three seconds
  look();
  EXPECT_EQ(meter_.history().size(), 1U);
  EXPECT_EQ(meter_.next_deadline(), TimePoint{104s});
}

TEST_F(QualityMeterTest, TellsTheFarEndInItsUnits) {
  for (int i = 0; i < 20; ++i) second([i](int packet) { return i != 5 || packet >= 10; });
  const auto metrics = metrics_of(quality(), 77, 20ms);
  EXPECT_EQ(metrics.ssrc, 77U);
  EXPECT_EQ(metrics.loss_rate, 10 * 256 / 1000);
  EXPECT_EQ(metrics.burst_density, 255);
  EXPECT_EQ(metrics.burst_duration, 200);
  EXPECT_EQ(metrics.round_trip_delay, 50);
  EXPECT_EQ(metrics.end_system_delay, 60);
  EXPECT_EQ(metrics.r_factor, 91);
  EXPECT_NEAR(metrics.mos_conversation, 43, 1);
  EXPECT_EQ(metrics_of(CallQuality{}, 77, 20ms).r_factor, rtp::VoipMetrics::kUnavailable);
}

TEST(FarQualityTest, IsWhatTheFarEndReported) {
  rtp::RtcpSession::FarView view{.block = {.fraction_lost = 64, .cumulative_lost = -2, .jitter = 480},
                                 .metrics = {},
                                 .at = {}};
  FarQuality far = far_quality(view, 48'000, 7s);
  EXPECT_EQ(far.at, 7s);
  EXPECT_EQ(far.loss, 0.25);
  EXPECT_EQ(far.lost, -2);
  EXPECT_NEAR(static_cast<double>(far.jitter.count()), 1e7, 10);
  EXPECT_FALSE(far.mos);
  view.metrics = rtp::VoipMetrics{.r_factor = 88, .mos_conversation = 42};
  far = far_quality(view, 48'000, 7s);
  EXPECT_EQ(far.r_factor, 88);
  EXPECT_EQ(far.mos, 4.2);
}

}  // namespace
}  // namespace godwit::media
