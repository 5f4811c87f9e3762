// SPDX-License-Identifier: Apache-2.0
#include "roam/settle.h"

#include <gtest/gtest.h>

namespace godwit::roam {
namespace {

using namespace std::chrono_literals;
using Decision = Settle::Decision;

class SettleTest : public ::testing::Test {
 protected:
  TimePoint at(Duration after) const { return TimePoint{} + 1h + after; }
  Settle settle_{SettlePolicy{.quiet = 250ms, .longest = 2s}};
};

TEST_F(SettleTest, ActsAtOnceWhenUrgent) {
  EXPECT_EQ(settle_.on_snapshot(Urgency::urgent, at(0ms)), Decision::act);
  EXPECT_FALSE(settle_.pending());
}

TEST_F(SettleTest, WaitsForQuietWhenCalm) {
  EXPECT_EQ(settle_.on_snapshot(Urgency::calm, at(0ms)), Decision::wait);
  EXPECT_EQ(settle_.next_deadline(), at(250ms));
  EXPECT_EQ(settle_.on_timeout(at(249ms)), Decision::wait);
  EXPECT_EQ(settle_.on_timeout(at(250ms)), Decision::act);
  EXPECT_EQ(settle_.next_deadline(), std::nullopt);
}

TEST_F(SettleTest, StartsTheQuietTimeAgainAtEachFurtherChange) {
  (void)settle_.on_snapshot(Urgency::calm, at(0ms));
  EXPECT_EQ(settle_.on_snapshot(Urgency::calm, at(200ms)), Decision::wait);
  EXPECT_EQ(settle_.next_deadline(), at(450ms));
}

TEST_F(SettleTest, WaitsNoLongerThanTheLongestTimeAfterTheFirstChange) {
  for (auto t = 0ms; t < 2000ms; t += 200ms) {
    EXPECT_EQ(settle_.on_snapshot(Urgency::calm, at(t)), Decision::wait);
    EXPECT_LE(settle_.next_deadline(), at(2s));
  }
  EXPECT_EQ(settle_.on_snapshot(Urgency::calm, at(2000ms)), Decision::act);
  EXPECT_FALSE(settle_.pending());
}

TEST_F(SettleTest, KeepsWaitingWhenASnapshotBringsNothingNew) {
  (void)settle_.on_snapshot(Urgency::calm, at(0ms));
  EXPECT_EQ(settle_.on_snapshot(Urgency::nothing, at(100ms)), Decision::wait);
  EXPECT_EQ(settle_.next_deadline(), at(250ms));
  EXPECT_EQ(settle_.on_snapshot(Urgency::nothing, at(300ms)), Decision::act);
}

TEST_F(SettleTest, HasNothingToWaitForWhenNothingChanged) {
  EXPECT_EQ(settle_.on_snapshot(Urgency::nothing, at(0ms)), Decision::wait);
  EXPECT_FALSE(settle_.pending());
  EXPECT_EQ(settle_.on_timeout(at(1h)), Decision::wait);
}

TEST_F(SettleTest, UrgentEndsAWaitAndTheNextCalmStartsItsOwn) {
  (void)settle_.on_snapshot(Urgency::calm, at(0ms));
  EXPECT_EQ(settle_.on_snapshot(Urgency::urgent, at(1900ms)), Decision::act);
  EXPECT_EQ(settle_.on_snapshot(Urgency::calm, at(1950ms)), Decision::wait);
  EXPECT_EQ(settle_.next_deadline(), at(2200ms));
}

TEST_F(SettleTest, ActsAtOnceWhenThePolicyAsksForNoQuiet) {
  Settle hasty{SettlePolicy{.quiet = 0ms, .longest = 0ms}};
  EXPECT_EQ(hasty.on_snapshot(Urgency::calm, at(0ms)), Decision::act);
}

}  // namespace
}  // namespace godwit::roam
