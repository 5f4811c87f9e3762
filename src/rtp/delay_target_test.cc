// SPDX-License-Identifier: Apache-2.0
#include "rtp/delay_target.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace godwit::rtp {
namespace {

using Order = DelayTarget::Order;

Ticks lateness_ms(double ms) { return Ticks{static_cast<std::int64_t>(ms * 96)}; }

class DelayTargetTest : public ::testing::Test {
 protected:
  /// A packet of 20 ms that was so long under way.
  void hear(double delay_ms, Order order = Order::next) {
    const Ticks at = lateness_ms(20) * packet_++;
    target_.observe(lateness_ms(delay_ms), at + lateness_ms(delay_ms), order);
  }
  void hear(int count, double delay_ms) {
    for (int i = 0; i < count; ++i) hear(delay_ms);
  }
  [[nodiscard]] double wait() const {
    return static_cast<double>((target_.target() - DelayTarget::kMargin).count()) / 96;
  }

  DelayTarget target_;
  int packet_ = 0;
};

TEST_F(DelayTargetTest, ACalmNetworkNeedsNothingMoreFromTheFirstPacketOn) {
  for (int i = 0; i < 500; ++i) {
    hear(40);
    EXPECT_DOUBLE_EQ(wait(), 40);
  }
  EXPECT_EQ(target_.lowest(), lateness_ms(40));
}

TEST_F(DelayTargetTest, WaitsForNinetyFiveOfAHundred) {
  std::minstd_rand random{3};
  int in_time = 0;
  for (int i = 0; i < 3000; ++i) {
    const double delay = 20 + static_cast<double>(random() % 600) / 10;
    if (delay <= wait() + 4) ++in_time;
    hear(delay);
  }
  EXPECT_GT(in_time, 3000 * 95 / 100);
  EXPECT_NEAR(wait(), 77, 4);
}

TEST_F(DelayTargetTest, OneStragglerTeachesNothing) {
  hear(100, 20);
  hear(120);
  EXPECT_NEAR(wait(), 20, 0.1);
  hear(100, 20);
  EXPECT_NEAR(wait(), 20, 0.1);
}

TEST_F(DelayTargetTest, ASpikeIsFollowedAtOnceAndForgottenAfterHalfASecond) {
  hear(200, 20);
  hear(100);
  hear(80);
  EXPECT_NEAR(wait(), 80, 0.1);
  hear(20, 20);
  EXPECT_NEAR(wait(), 80, 0.1);
  hear(10, 20);
  EXPECT_NEAR(wait(), 20, 0.1);
}

TEST_F(DelayTargetTest, ASlowerPathIsTheMeasureAtOnce) {
  hear(200, 20);
  hear(2, 170);
  EXPECT_NEAR(wait(), 170, 0.1);
  hear(10, 170);
  EXPECT_EQ(target_.lowest(), lateness_ms(170)) << "the old path is forgotten";
}

TEST_F(DelayTargetTest, AFasterPathIsTheMeasureWhenThePacketsOfTheOldOneHaveCome) {
  hear(200, 170);
  for (int i = 0; i < 7; ++i) {  // both together
    hear(20);
    hear(170, Order::overtaken);
  }
  EXPECT_NEAR(wait(), 170, 0.1);
  hear(32, 20);
  EXPECT_NEAR(wait(), 20, 0.1);
}

TEST_F(DelayTargetTest, AClockThatDriftsIsFollowed) {
  for (const double per_packet : {0.01, -0.01}) {  // 500 ppm
    target_.reset();
    double delay = 50;
    for (int i = 0; i < 5000; ++i) hear(delay += per_packet);
    EXPECT_NEAR(wait(), delay, 2.5);
  }
}

TEST_F(DelayTargetTest, AJitteryPathIsNotTakenForSteps) {
  std::minstd_rand random{5};
  hear(1);
  double least = 1000;
  for (int i = 0; i < 3000; ++i) {
    hear(20 + static_cast<double>(random() % 1000) / 10);
    if (i > 200) least = std::min(least, wait());
  }
  EXPECT_GT(least, 105);
}

}  // namespace
}  // namespace godwit::rtp
