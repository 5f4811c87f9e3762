// SPDX-License-Identifier: Apache-2.0
#include "media/quality_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Change = QualityWatch::Change;

QualitySecond good() {
  QualitySecond second;
  second.packets = 50;
  second.mos = 4.4;
  second.jitter = 2ms;
  second.round_trip = 60ms;
  return second;
}
QualitySecond with_lost(std::uint32_t lost) {
  QualitySecond second = good();
  second.lost = lost;
  return second;
}
QualitySecond with_mos(double mos) {
  QualitySecond second = good();
  second.mos = mos;
  return second;
}

class QualityWatchTest : public ::testing::Test {
 protected:
  /// Only the last of them may change something.
  std::vector<Change> after(const std::vector<QualitySecond>& seconds) {
    for (std::size_t i = 0; i + 1 < seconds.size(); ++i) {
      EXPECT_THAT(watch_.on_second(seconds[i]), IsEmpty()) << "second " << i;
    }
    return watch_.on_second(seconds.back());
  }

  QualityWatch watch_{QualityLimits{}};
};

TEST_F(QualityWatchTest, SaysNothingOfAGoodCall) {
  for (int i = 0; i < 60; ++i) EXPECT_THAT(watch_.on_second(good()), IsEmpty());
}

TEST_F(QualityWatchTest, IsBadAfterThreeOfFiveSecondsBeyondALimit) {
  EXPECT_THAT(after({with_mos(2.5), good(), with_mos(2.9), good(), with_mos(2.0)}),
              ElementsAre(Change{QualityMeasure::mos, true, 2.0, 3.0}));
  EXPECT_THAT(after({with_mos(2.5), with_mos(2.5)}), IsEmpty()) << "told once";
}

TEST_F(QualityWatchTest, TwoOfFiveAreNotEnough) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(after({with_mos(2.5), with_mos(2.5), good(), good(), good()}), IsEmpty());
  }
}

TEST_F(QualityWatchTest, IsGoodAgainAfterFiveSecondsInARow) {
  EXPECT_THAT(after({with_mos(2), with_mos(2), with_mos(2)}), ::testing::SizeIs(1));
  EXPECT_THAT(after({good(), good(), good(), good(), with_mos(2)}), IsEmpty());
  EXPECT_THAT(after({good(), good(), good(), good(), good()}),
              ElementsAre(Change{QualityMeasure::mos, false, 4.4, 3.0}));
}

TEST_F(QualityWatchTest, EachMeasureHasItsLimit) {
  QualitySecond slow = good();
  slow.round_trip = 401ms;
  EXPECT_THAT(after({slow, slow, slow}),
              ElementsAre(Change{QualityMeasure::round_trip, true, 401, 400}));
  QualitySecond shaky = good();
  shaky.jitter = 31ms;
  EXPECT_THAT(after({shaky, shaky, shaky}),
              ElementsAre(Change{QualityMeasure::jitter, true, 31, 30}));
}

TEST_F(QualityWatchTest, OneLostPacketInThreeSecondsOfFiveIsMoreThanOnePerCent) {
  EXPECT_THAT(after({with_lost(1), with_lost(1), good(), with_lost(1)}),
              ElementsAre(Change{QualityMeasure::loss, true, 0.02, 0.01}));
}

TEST_F(QualityWatchTest, ALossThatIsGreatInTheMeanOfFiveSecondsCountsAtOnce) {
  const auto changes = after({good(), good(), good(), good(), with_lost(25)});
  EXPECT_THAT(changes, ElementsAre(Change{QualityMeasure::loss, true, 0.1, 0.03}));
}

TEST_F(QualityWatchTest, SecondsWithoutSoundArePassedOver) {
  EXPECT_THAT(after({with_mos(2), with_mos(0), with_mos(2), with_mos(0), with_mos(2)}),
              ::testing::SizeIs(1));
}

TEST_F(QualityWatchTest, ALimitOfZeroIsNotWatched) {
  QualityWatch deaf(QualityLimits{.round_trip = {}, .jitter = {}, .mos = 0, .loss = 0, .mean_loss = 0});
  QualitySecond awful = with_lost(50);
  awful.mos = 1;
  awful.jitter = 500ms;
  awful.round_trip = 2s;
  for (int i = 0; i < 20; ++i) EXPECT_THAT(deaf.on_second(awful), IsEmpty());
}

}  // namespace
}  // namespace godwit::media
