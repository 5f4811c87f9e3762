// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/keep_alive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class KeepAliveTest : public ::testing::Test {
 protected:
  using Action = KeepAlive::Action;
  /// Each action with its moment after the start, to the millisecond.
  using Told = std::vector<std::pair<Action, std::chrono::milliseconds>>;

  /// Time goes by; a far end that answers does so 20 ms after it was asked.
  enum class FarEnd { silent, pongs, answers_requests };
  Told run(Duration span, FarEnd far_end = FarEnd::silent) {
    Told told;
    const TimePoint end = clock_.now() + span;
    for (auto next = alive_.next_deadline(); next && *next <= end; next = alive_.next_deadline()) {
      clock_.advance(std::max(*next, clock_.now()) - clock_.now());
      const auto action = alive_.on_timeout(clock_.now());
      if (!action) continue;
      told.emplace_back(*action, since_start());
      if (*action == Action::ask_aloud) alive_.on_sent(clock_.now());
      if (far_end == FarEnd::silent) continue;
      clock_.advance(20ms);
      if (*action == Action::send_ping && far_end == FarEnd::pongs) alive_.on_pong(clock_.now());
      if (*action == Action::ask_aloud) alive_.on_received(clock_.now());
    }
    clock_.advance(end - clock_.now());
    return told;
  }
  std::chrono::milliseconds since_start() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - start_);
  }

  FakeClock clock_;
  TimePoint start_ = clock_.now();
  KeepAlive alive_{{100s}, 0.0, clock_.now()};
};

// RFC 5626 §4.4.1: between 80 % and 100 %.
TEST_F(KeepAliveTest, KeepAlivesAreDrawnBetweenFourFifthsAndTheWholeOfTheInterval) {
  for (const double spread : {0.0, 0.3, 0.999}) {
    KeepAlive alive({100s}, spread, start_);
    EXPECT_GE(*alive.next_deadline() - start_, 80s);
    EXPECT_LT(*alive.next_deadline() - start_, 100s);
  }
  const Told told = run(10'000s, FarEnd::pongs);
  std::vector<std::chrono::milliseconds> gaps;
  for (std::size_t i = 1; i < told.size(); ++i) gaps.push_back(told[i].second - told[i - 1].second);
  const auto [least, most] = std::minmax_element(gaps.begin(), gaps.end());
  EXPECT_GE(*least, 80s);
  EXPECT_LE(*most, 100s);
  EXPECT_GT(*most - *least, 15s);  // not always the same
}

/// A NAT that forgets a mapping after so long a quiet, and answers that tell.
struct ForgetfulNat {
  Duration keeps;
  /// Keep-alives for so long. @return the quiet times before them
  std::vector<Duration> run(KeepAlive& alive, TimePoint from, Duration span) const {
    std::vector<Duration> quiet;
    TimePoint last = from;
    alive.on_traffic(from);
    for (auto next = alive.next_deadline(); next && *next <= from + span;
         next = alive.next_deadline()) {
      const auto at = *next;
      if (!alive.on_timeout(at)) continue;
      quiet.push_back(at - last);
      last = at + std::chrono::milliseconds{20};
      alive.on_traffic(last);
      alive.on_pong(last);
      alive.on_mapping(
          quiet.back() < keeps ? KeepAlive::Mapping::same : KeepAlive::Mapping::another, last);
    }
    return quiet;
  }
};

TEST_F(KeepAliveTest, ASearchFindsWhatTheNatKeeps) {
  KeepAlive alive({.interval = 20s, .longest = 600s}, 0.5, start_);
  const auto quiet = ForgetfulNat{120s}.run(alive, start_, 3h);
  const auto forgotten =
      std::count_if(quiet.begin(), quiet.end(), [](Duration d) { return d >= 120s; });
  EXPECT_EQ(forgotten, 1) << "once, to find out";
  EXPECT_GE(alive.interval(), 60s);
  EXPECT_LT(alive.interval(), 120s);
}

TEST_F(KeepAliveTest, ASearchEndsAtTheLongestThatIsWanted) {
  KeepAlive alive({.interval = 20s, .longest = 100s}, 0.5, start_);
  (void)ForgetfulNat{1h}.run(alive, start_, 3h);
  EXPECT_EQ(alive.interval(), 100s);
}

TEST_F(KeepAliveTest, ANatThatForgetsAtOnceLeavesTheIntervalAsItWas) {
  KeepAlive alive({.interval = 20s, .longest = 100s}, 0.5, start_);
  (void)ForgetfulNat{10s}.run(alive, start_, 1h);
  EXPECT_EQ(alive.interval(), 20s);
}

TEST_F(KeepAliveTest, WhatWasUsedMeanwhileTellsNothingOfQuietTimes) {
  KeepAlive alive({.interval = 20s, .longest = 100s}, 0.5, start_);
  const auto at = *alive.next_deadline();
  alive.on_traffic(at - 5s);
  ASSERT_TRUE(alive.on_timeout(at));
  alive.on_mapping(KeepAlive::Mapping::same, at);
  EXPECT_EQ(alive.interval(), 20s);
}

TEST_F(KeepAliveTest, WithoutASearchAnAnswerChangesNothing) {
  (void)ForgetfulNat{1h}.run(alive_, start_, 1h);
  EXPECT_EQ(alive_.interval(), 100s);
}

TEST_F(KeepAliveTest, WhoeverSharesTheFlowMayShortenTheSearch) {
  KeepAlive alive({.interval = 20s, .longest = 600s}, 0.5, start_);
  (void)ForgetfulNat{1h}.run(alive, start_, 3h);
  EXPECT_EQ(alive.interval(), 600s);
  alive.keep_within({.interval = 20s, .longest = 600s}, start_ + 3h);
  EXPECT_EQ(alive.interval(), 600s) << "one more with the same wish begins nothing anew";
  alive.keep_within({.interval = 10s}, start_ + 3h);
  EXPECT_EQ(alive.interval(), 10s);
}

TEST_F(KeepAliveTest, AFlowThatPongsIsOnlyPinged) {
  for (const auto& [action, at] : run(1'000s, FarEnd::pongs)) EXPECT_EQ(action, Action::send_ping);
}

// F26
TEST_F(KeepAliveTest, F26_AFlowThatPongedIsDeadTenSecondsAfterThePingItLeftUnanswered) {
  run(90s, FarEnd::pongs);
  const auto told = run(1'000s);
  ASSERT_EQ(told.size(), 3U);
  const auto ping = told[0].second;
  EXPECT_THAT(told, ElementsAre(Pair(Action::send_ping, ping), Pair(Action::send_ping, ping + 5s),
                                Pair(Action::flow_dead, ping + 10s)));
  EXPECT_EQ(alive_.next_deadline(), std::nullopt);
}

TEST_F(KeepAliveTest, F26_AFlowIsDeadTenSecondsAfterTheFirstRequestItLeftUnanswered) {
  run(90s, FarEnd::pongs);
  const auto sent = since_start();
  alive_.on_sent(clock_.now());
  clock_.advance(3s);
  alive_.on_sent(clock_.now());  // the first one counts
  EXPECT_THAT(run(30s),
              ElementsAre(Pair(Action::send_ping, sent + 5s), Pair(Action::flow_dead, sent + 10s)));
}

TEST_F(KeepAliveTest, OneLostPingIsNoDeath) {
  run(90s, FarEnd::pongs);
  const auto lost = *alive_.next_deadline();
  clock_.advance(lost - clock_.now());
  EXPECT_EQ(alive_.on_timeout(lost), Action::send_ping);
  clock_.advance(5s);
  EXPECT_EQ(alive_.on_timeout(clock_.now()), Action::send_ping);
  alive_.on_pong(clock_.now());
  EXPECT_THAT(run(50s, FarEnd::pongs), IsEmpty());
}

// Many servers take pings and never answer them.
TEST_F(KeepAliveTest, AMissingPongIsNoDeathOfAFlowThatNeverPonged) {
  EXPECT_THAT(run(90s, FarEnd::answers_requests),
              ElementsAre(Pair(Action::send_ping, 80'000ms), Pair(Action::ask_aloud, 85'000ms)));
  // From now on it is asked what it answers.
  for (const auto& [action, at] : run(1'000s, FarEnd::answers_requests)) {
    EXPECT_EQ(action, Action::ask_aloud);
  }
}

TEST_F(KeepAliveTest, F26_AFlowThatNeverPongedIsDeadWhenItLeavesARequestUnansweredToo) {
  EXPECT_THAT(run(1'000s),
              ElementsAre(Pair(Action::send_ping, 80'000ms), Pair(Action::ask_aloud, 85'000ms),
                          Pair(Action::flow_dead, 90'000ms)));
}

TEST_F(KeepAliveTest, AFlowKnownToIgnorePingsIsAskedAtOnceAndDeadTenSecondsLater) {
  run(90s, FarEnd::answers_requests);
  const auto told = run(1'000s);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].first, Action::ask_aloud);
  EXPECT_EQ(told[1], std::pair(Action::flow_dead, told[0].second + 10s));
}

TEST_F(KeepAliveTest, AFlowThatPongsAfterAllIsPingedAgain) {
  run(90s, FarEnd::answers_requests);
  alive_.on_pong(clock_.now());
  const auto told = run(100s, FarEnd::pongs);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].first, Action::send_ping);
}

TEST_F(KeepAliveTest, AnythingFromTheFarEndIsASignOfLife) {
  alive_.on_sent(clock_.now());
  clock_.advance(4s);
  alive_.on_received(clock_.now());
  EXPECT_THAT(run(70s), IsEmpty());
}

TEST_F(KeepAliveTest, WithoutIntervalRequestsAreWatchedAllTheSame) {
  KeepAlive alive({Duration::zero()}, 0.5, start_);
  EXPECT_EQ(alive.next_deadline(), std::nullopt);
  alive.on_sent(start_);
  EXPECT_EQ(alive.next_deadline(), start_ + 5s);
  EXPECT_EQ(alive.on_timeout(start_ + 5s), Action::ask_aloud);
  alive.on_received(start_ + 6s);
  EXPECT_EQ(alive.next_deadline(), std::nullopt);
}

TEST_F(KeepAliveTest, AKeepAliveThatFallsIntoASilenceIsLeftOut) {
  clock_.advance(78s);
  alive_.on_sent(clock_.now());
  EXPECT_THAT(run(6s), ElementsAre(Pair(Action::ask_aloud, 83'000ms)));
}

TEST_F(KeepAliveTest, ALateWakeUpAsksBeforeItJudges) {
  run(90s, FarEnd::pongs);
  alive_.on_sent(clock_.now());
  clock_.advance(60s);
  EXPECT_EQ(alive_.on_timeout(clock_.now()), Action::send_ping);
  EXPECT_EQ(alive_.next_deadline(), clock_.now() + 5s);
  clock_.advance(5s);
  EXPECT_EQ(alive_.on_timeout(clock_.now()), Action::flow_dead);
}

TEST_F(KeepAliveTest, AStaleWakeUpIsHarmlessAndTheDeadStayDead) {
  EXPECT_EQ(alive_.on_timeout(start_ + 79s), std::nullopt);
  run(1'000s);
  alive_.on_sent(clock_.now());
  EXPECT_EQ(alive_.on_timeout(clock_.now() + 1h), std::nullopt);
  EXPECT_EQ(alive_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace godwit::sip
