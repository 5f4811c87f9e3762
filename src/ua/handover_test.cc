// SPDX-License-Identifier: Apache-2.0
#include "ua/handover.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using std::chrono::milliseconds;

class HandoverTest : public ::testing::Test {
 protected:
  TimePoint at(int ms) const { return start_.noticed + milliseconds{ms}; }
  Handover::Start start_{ChangeId{4}, HandoverKind::break_before_make,
                         ReconnectReason::network_switch, "10.1.0.2:5060",
                         TimePoint{std::chrono::seconds{9}}};
  Handover handover_{start_};
};

TEST_F(HandoverTest, IsCompleteOnceAnsweredAndHeardBothWays) {
  handover_.on_rtp_sent(at(2));
  handover_.on_refresh_sent(at(1));
  EXPECT_FALSE(handover_.complete(true, true));
  handover_.on_refresh_answered(at(100));
  EXPECT_FALSE(handover_.complete(true, true));
  handover_.on_rtp_received(at(101));
  EXPECT_TRUE(handover_.complete(true, true));
  EXPECT_EQ(handover_.report().first_rtp_in, Duration{milliseconds{101}});
  EXPECT_EQ(handover_.report().refresh_sent, Duration{milliseconds{1}});
}

TEST_F(HandoverTest, AHeldCallNeedsOnlyTheAnswer) {
  handover_.on_refresh_answered(at(100));
  EXPECT_TRUE(handover_.complete(false, false));
  EXPECT_FALSE(handover_.complete(true, false));
}

TEST_F(HandoverTest, PacketsFromBeforeTheChangeDoNotCount) {
  handover_.on_rtp_sent(at(-5));
  handover_.on_rtp_received(at(-5));
  handover_.on_refresh_answered(at(50));
  EXPECT_FALSE(handover_.complete(true, true));
}

TEST_F(HandoverTest, ASecondChangeStartsTheTimesAnewAndKeepsTheRetries) {
  handover_.on_refresh_sent(at(1));
  handover_.on_retry("UPDATE was answered 501");
  auto second = start_;
  second.change = ChangeId{5};
  second.from = "10.2.0.2:5060";
  second.noticed = at(300);
  handover_.restart(second);
  handover_.on_refresh_sent(at(302));
  EXPECT_EQ(handover_.report().refresh_sent, Duration{milliseconds{2}});
  EXPECT_EQ(handover_.report().retries, 1);
  EXPECT_EQ(handover_.report().from, "10.1.0.2:5060");
  EXPECT_EQ(handover_.report().change, ChangeId{5});
}

TEST_F(HandoverTest, WhatIsMissingAfterABreakIsLostAtOnce) {
  media::Statistics statistics;
  statistics.missing_since_reset = 5;
  handover_.take_statistics(statistics);
  EXPECT_EQ(handover_.report().lost_in, 5U);
  start_.kind = HandoverKind::make_before_break;
  Handover gentle(start_);
  gentle.take_statistics(statistics);
  EXPECT_EQ(gentle.report().lost_in, 0U) << "the old path may still bring them";
}

TEST_F(HandoverTest, NothingHasToBeSaidWhenTheOldAddressCameBack) {
  handover_.on_refresh_not_needed();
  handover_.on_rtp_sent(at(1));
  handover_.on_rtp_received(at(60));
  EXPECT_TRUE(handover_.complete(true, true));
}

}  // namespace
}  // namespace godwit::ua
