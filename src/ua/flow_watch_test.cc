// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_watch.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace godwit::ua {
namespace {

using std::chrono::seconds;
using Action = sip::KeepAlive::Action;

constexpr net::FlowId kFlow{1};
constexpr net::FlowId kOther{2};
constexpr std::string_view kRegister = "REGISTER sip:core.test SIP/2.0\r\n";

class FlowWatchTest : public ::testing::Test {
 protected:
  /// Until something is due; then what it is.
  std::optional<FlowWatch::Due> next() {
    while (const auto deadline = watch_.next_deadline()) {
      now_ = *deadline;
      const auto due = watch_.on_timeout(now_);
      if (!due.empty()) return due.front();
    }
    return std::nullopt;
  }

  SeededRandom random_{1};
  FlowWatch watch_{random_};
  TimePoint now_{seconds{100}};
};

TEST_F(FlowWatchTest, PingsWhatItWatchesAndNothingElse) {
  EXPECT_FALSE(watch_.next_deadline());
  watch_.watch(kFlow, {seconds{100}}, now_);
  const auto start = now_;
  const auto due = next();
  ASSERT_TRUE(due);
  EXPECT_EQ(due->flow, kFlow);
  EXPECT_EQ(due->action, Action::send_ping);
  EXPECT_GE(now_ - start, seconds{80});
  EXPECT_LE(now_ - start, seconds{100});
}

TEST_F(FlowWatchTest, OfManyThatShareAFlowTheMostImpatientCounts) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  watch_.watch(kFlow, {seconds{20}}, now_);
  watch_.watch(kFlow, {seconds{100}}, now_);
  watch_.watch(kFlow, {}, now_);
  for (int i = 0; i < 3; ++i) {
    const auto before = now_;
    ASSERT_TRUE(next());
    watch_.on_pong(kFlow, now_);
    EXPECT_GE(now_ - before, seconds{16});
    EXPECT_LE(now_ - before, seconds{20});
  }
}

TEST_F(FlowWatchTest, WithoutAnIntervalOnlyRequestsAreWatched) {
  watch_.watch(kFlow, {}, now_);
  EXPECT_FALSE(watch_.next_deadline());
  watch_.on_sent(kFlow, kRegister, now_);
  EXPECT_TRUE(watch_.next_deadline());
}

TEST_F(FlowWatchTest, F26_ARequestLeftUnansweredIsADeathWithinTenSeconds) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  const auto sent = now_;
  watch_.on_sent(kFlow, kRegister, now_);
  EXPECT_EQ(next()->action, Action::ask_aloud);
  EXPECT_EQ(next()->action, Action::flow_dead);
  EXPECT_EQ(now_ - sent, seconds{10});
  EXPECT_FALSE(watch_.next_deadline()) << "for good";
}

TEST_F(FlowWatchTest, F26_AMissingPongIsADeathWhereOneCameBefore) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  EXPECT_EQ(next()->action, Action::send_ping);
  watch_.on_pong(kFlow, now_);
  EXPECT_EQ(next()->action, Action::send_ping);
  const auto pinged = now_;
  EXPECT_EQ(next()->action, Action::send_ping) << "a second one: one lost datagram is no death";
  EXPECT_EQ(next()->action, Action::flow_dead);
  EXPECT_EQ(now_ - pinged, seconds{10});
}

TEST_F(FlowWatchTest, AnythingThatComesIsASignOfLife) {
  watch_.watch(kFlow, {}, now_);
  watch_.on_sent(kFlow, kRegister, now_);
  now_ += seconds{9};
  watch_.on_received(kFlow, "SIP/2.0 200 OK\r\n", now_);
  EXPECT_FALSE(watch_.next_deadline());
}

TEST_F(FlowWatchTest, WhatHasNoAnswerProvesNothingByItsSilence) {
  watch_.watch(kFlow, {}, now_);
  watch_.on_sent(kFlow, "SIP/2.0 200 OK\r\n", now_);
  watch_.on_sent(kFlow, "ACK sip:bob@core.test SIP/2.0\r\n", now_);
  watch_.on_sent(kOther, kRegister, now_);
  EXPECT_FALSE(watch_.next_deadline());
}

TEST_F(FlowWatchTest, WatchingTwiceDoesNotPutOffTheNextPing) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  const auto first = watch_.next_deadline();
  watch_.watch(kFlow, {seconds{100}}, now_ + seconds{50});
  EXPECT_EQ(watch_.next_deadline(), first);
}

TEST_F(FlowWatchTest, FlowsThatBeganTogetherDoNotStayTogether) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  const auto first = watch_.next_deadline();
  watch_.forget(kFlow);
  watch_.watch(kOther, {seconds{100}}, now_);
  EXPECT_NE(watch_.next_deadline(), first);
}

TEST_F(FlowWatchTest, WhatIsForgottenIsLeftAlone) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  EXPECT_TRUE(watch_.watches(kFlow));
  watch_.forget(kFlow);
  EXPECT_FALSE(watch_.watches(kFlow));
  EXPECT_FALSE(watch_.next_deadline());
}

TEST_F(FlowWatchTest, CountsWhatAFlowCosts) {
  watch_.on_sent(kFlow, kRegister, now_);
  watch_.watch(kFlow, {seconds{100}}, now_);
  watch_.on_sent(kFlow, "\r\n\r\n", now_);
  watch_.on_received(kFlow, "\r\n", now_);
  watch_.on_sent(kOther, kRegister, now_);
  EXPECT_EQ(watch_.traffic_of(kFlow).sent, 4U);
  EXPECT_EQ(watch_.traffic_of(kFlow).received, 2U);
  EXPECT_EQ(watch_.traffic_of(kOther).sent, 0U);
}

// RFC 5626 §4.4.2
TEST_F(FlowWatchTest, AnAnswerToItsStunRequestTellsAsWhomWeAreSeen) {
  watch_.watch(kFlow, {seconds{100}}, now_);
  const net::SocketAddress outside{*net::IpAddress::parse("203.0.113.7"), 4711};
  const auto answer_to = [&](const std::string& request) {
    return stun::write_message(*stun::answer_binding(*stun::parse_message(request), outside));
  };
  const auto older = watch_.make_stun_ping(kFlow), newest = watch_.make_stun_ping(kFlow);
  EXPECT_FALSE(watch_.on_stun(kFlow, answer_to(older), now_));
  EXPECT_FALSE(watch_.on_stun(kFlow, newest, now_)) << "that is a request";
  EXPECT_FALSE(watch_.on_stun(kOther, answer_to(newest), now_));
  EXPECT_EQ(watch_.on_stun(kFlow, answer_to(newest), now_), outside);
  EXPECT_FALSE(watch_.on_stun(kFlow, answer_to(newest), now_)) << "once";
}

TEST_F(FlowWatchTest, KeepAlivesBecomeRareWhereTheNatRemembers) {
  watch_.watch(kFlow, {.interval = seconds{20}, .longest = seconds{90}}, now_);
  const net::SocketAddress outside{*net::IpAddress::parse("203.0.113.7"), 4711};
  watch_.on_received(kFlow, "SIP/2.0 200 OK", now_);
  Duration quiet{};
  for (int i = 0; i < 10; ++i) {
    const auto before = now_;
    ASSERT_TRUE(next());
    quiet = now_ - before;
    watch_.on_pong(kFlow, now_);
    watch_.on_received(kFlow, "", now_);
    watch_.on_seen(kFlow, outside, now_);
  }
  EXPECT_GE(quiet, seconds{72});
  EXPECT_LE(quiet, seconds{90});
}

}  // namespace
}  // namespace godwit::ua
