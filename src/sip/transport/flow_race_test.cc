// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/flow_race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "base/overloaded.h"
#include "base/random.h"
#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using Action = FlowRace::Action;
using Actions = std::vector<Action>;
using AttemptId = FlowRace::AttemptId;
using Cancel = FlowRace::Cancel;
using Why = Cancel::Why;
using Lost = FlowRace::Lost;
using Start = FlowRace::Start;
using Won = FlowRace::Won;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Attempts are numbered from 1, in the order of their start.
Start start(std::uint64_t attempt, std::size_t candidate) {
  return {AttemptId{attempt}, candidate};
}
Cancel cancel(std::uint64_t attempt, Why why) {
  return {AttemptId{attempt}, why};
}
Won won(std::uint64_t attempt, std::size_t candidate) {
  return {candidate, AttemptId{attempt}};
}

class FlowRaceTest : public ::testing::Test {
 protected:
  [[nodiscard]] TimePoint at(Duration after) const { return clock_.now() + after; }
  /// All candidates in one group, no more to come.
  Actions begin(std::size_t count) { return know(count, true, std::vector<int>(count), 0ms); }
  Actions know(std::size_t known, bool complete, const std::vector<int>& groups, Duration after) {
    return race_.on_candidates(known, complete, groups, at(after));
  }
  Actions wait_until(Duration after) { return race_.on_timeout(at(after)); }
  Actions fail(std::uint64_t attempt, Duration after) {
    return race_.on_failed(AttemptId{attempt}, at(after));
  }
  Actions establish(std::uint64_t attempt, Duration after) {
    return race_.on_established(AttemptId{attempt}, at(after));
  }

  FakeClock clock_;
  FlowRace race_{FlowRace::Profile{}};
};

TEST_F(FlowRaceTest, StartsTheFirstAtOnce) {
  EXPECT_THAT(begin(2), ElementsAre(Action{start(1, 0)}));
}

TEST_F(FlowRaceTest, T30_T31_AHoleCostsOneAttemptDelay) {
  (void)begin(2);
  EXPECT_EQ(race_.next_deadline(), at(250ms));
  EXPECT_THAT(wait_until(249ms), IsEmpty());
  EXPECT_THAT(wait_until(250ms), ElementsAre(Action{start(2, 1)}));
  EXPECT_THAT(establish(2, 290ms),
              ElementsAre(Action{won(2, 1)}, Action{cancel(1, Why::overtaken)}));
  EXPECT_TRUE(race_.over());
  EXPECT_EQ(race_.next_deadline(), std::nullopt);
}

TEST_F(FlowRaceTest, T32_AFirstThatIsNeverEstablishedLosesToTheSecond) {
  (void)begin(3);
  (void)wait_until(250ms);
  EXPECT_THAT(wait_until(500ms), ElementsAre(Action{start(3, 2)}));
  EXPECT_THAT(establish(3, 600ms), ElementsAre(Action{won(3, 2)}, Action{cancel(1, Why::overtaken)},
                                               Action{cancel(2, Why::overtaken)}));
}

TEST_F(FlowRaceTest, T51_TellsTheOvertakenFromThoseThatHadNoChance) {
  (void)begin(3);
  (void)wait_until(250ms);
  (void)wait_until(500ms);
  EXPECT_THAT(establish(2, 510ms), ElementsAre(Action{won(2, 1)}, Action{cancel(1, Why::overtaken)},
                                               Action{cancel(3, Why::not_needed)}));
}

TEST_F(FlowRaceTest, T51_NobodyIsOvertakenByTheFirst) {
  (void)begin(2);
  (void)wait_until(250ms);
  EXPECT_THAT(establish(1, 600ms),
              ElementsAre(Action{won(1, 0)}, Action{cancel(2, Why::not_needed)}));
}

TEST_F(FlowRaceTest, T51_OneThatHadLessThanItsDelayIsNotBlamed) {
  (void)begin(3);
  (void)wait_until(250ms);
  EXPECT_THAT(fail(1, 260ms), ElementsAre(Action{start(3, 2)}));
  EXPECT_THAT(establish(3, 499ms),
              ElementsAre(Action{won(3, 2)}, Action{cancel(2, Why::not_needed)}));
}

TEST_F(FlowRaceTest, T34_ARefusedOneIsFollowedAtOnce) {
  (void)begin(2);
  EXPECT_THAT(fail(1, 3ms), ElementsAre(Action{start(2, 1)}));
}

TEST_F(FlowRaceTest, T35_OneWithoutARouteIsFollowedInTheSameTurn) {
  (void)begin(3);
  EXPECT_THAT(fail(1, 0ms), ElementsAre(Action{start(2, 1)}));
  EXPECT_THAT(fail(2, 0ms), ElementsAre(Action{start(3, 2)}));
}

TEST_F(FlowRaceTest, T34_AnEarlierOneThatFailsLetsTheNextStartToo) {
  (void)begin(3);
  (void)wait_until(250ms);
  EXPECT_THAT(fail(1, 300ms), ElementsAre(Action{start(3, 2)}));
}

TEST_F(FlowRaceTest, LosesWhenAllHaveFailedAndNoMoreWillCome) {
  (void)begin(2);
  (void)fail(1, 1ms);
  EXPECT_THAT(fail(2, 2ms), ElementsAre(Action{Lost{}}));
  EXPECT_TRUE(race_.over());
  EXPECT_THAT(wait_until(1h), IsEmpty());
}

TEST_F(FlowRaceTest, LosesAtOnceWhenThereIsNobody) {
  EXPECT_THAT(begin(0), ElementsAre(Action{Lost{}}));
}

TEST_F(FlowRaceTest, WaitsForMoreWhileTheListIsNotComplete) {
  EXPECT_THAT(know(0, false, {}, 0ms), IsEmpty());
  EXPECT_EQ(race_.next_deadline(), std::nullopt);
  EXPECT_THAT(know(1, false, {0}, 40ms), ElementsAre(Action{start(1, 0)}));
  EXPECT_THAT(fail(1, 50ms), IsEmpty());
  EXPECT_THAT(know(2, false, {0, 0}, 60ms), ElementsAre(Action{start(2, 1)}));
  EXPECT_THAT(fail(2, 70ms), IsEmpty());
  EXPECT_THAT(know(2, true, {0, 0}, 80ms), ElementsAre(Action{Lost{}}));
}

TEST_F(FlowRaceTest, T23_ALateOneJoinsTheUntriedRest) {
  (void)know(1, false, {0}, 0ms);
  EXPECT_THAT(know(2, true, {0, 0}, 200ms), IsEmpty());
  EXPECT_EQ(race_.next_deadline(), at(250ms));
  EXPECT_THAT(wait_until(250ms), ElementsAre(Action{start(2, 1)}));
}

TEST_F(FlowRaceTest, T23_ALateOneStartsAtOnceWhenTheDelayIsOver) {
  (void)know(1, false, {0}, 0ms);
  EXPECT_THAT(know(2, true, {0, 0}, 400ms), ElementsAre(Action{start(2, 1)}));
}

TEST_F(FlowRaceTest, ALateOneStartsAtOnceWhenAnotherFailedMeanwhile) {
  (void)know(2, false, {0, 0}, 0ms);
  (void)wait_until(250ms);
  EXPECT_THAT(fail(1, 260ms), IsEmpty());
  EXPECT_THAT(know(3, true, {0, 0, 0}, 270ms), ElementsAre(Action{start(3, 2)}));
}

TEST_F(FlowRaceTest, AListThatShrinksKeepsWhatWasStarted) {
  (void)begin(2);
  (void)wait_until(250ms);
  EXPECT_THAT(know(1, true, {0}, 260ms), IsEmpty());
  EXPECT_EQ(race_.started(), 2U);
  EXPECT_EQ(race_.next_deadline(), at(10s));
  EXPECT_THAT(fail(1, 270ms), IsEmpty());
  EXPECT_THAT(fail(2, 280ms), ElementsAre(Action{Lost{}}));
}

TEST_F(FlowRaceTest, R18_AWorseGroupWaitsUntilTheBetterHadItsDelay) {
  (void)know(3, true, {0, 0, 1}, 0ms);
  (void)wait_until(250ms);
  // The first failed, but the second, of the same group, has only just begun.
  EXPECT_THAT(fail(1, 260ms), IsEmpty());
  EXPECT_EQ(race_.next_deadline(), at(500ms));
  EXPECT_THAT(wait_until(500ms), ElementsAre(Action{start(3, 2)}));
}

TEST_F(FlowRaceTest, R18_AWorseGroupStartsAtOnceWhenAllOfTheBetterHaveFailed) {
  (void)know(3, true, {0, 0, 1}, 0ms);
  (void)wait_until(250ms);
  (void)fail(1, 260ms);
  EXPECT_THAT(fail(2, 270ms), ElementsAre(Action{start(3, 2)}));
}

TEST_F(FlowRaceTest, R18_ARememberedFailureAtTheEndHoldsNobodyUp) {
  // By memory the first group's only address has come to stand last.
  EXPECT_THAT(know(2, true, {1, 0}, 0ms), ElementsAre(Action{start(1, 0)}));
  EXPECT_THAT(fail(1, 10ms), ElementsAre(Action{start(2, 1)}));
}

TEST_F(FlowRaceTest, T40_DelaysAreBetweenTenMillisecondsAndTwoSeconds) {
  const auto second_start = [&](Duration delay) {
    FlowRace race(FlowRace::Profile{.attempt_delay = delay});
    (void)race.on_candidates(2, true, {0, 0}, at(0ms));
    return race.next_deadline().value() - at(0ms);
  };
  EXPECT_EQ(second_start(0ms), Duration(10ms));
  EXPECT_EQ(second_start(-1s), Duration(10ms));
  EXPECT_EQ(second_start(9ms), Duration(10ms));
  EXPECT_EQ(second_start(11ms), Duration(11ms));
  EXPECT_EQ(second_start(2s), Duration(2s));
  EXPECT_EQ(second_start(3s), Duration(2s));
}

TEST_F(FlowRaceTest, T40_SixHolesEndInABoundedTime) {
  auto actions = begin(6);
  TimePoint last = at(0ms);
  while (const auto deadline = race_.next_deadline()) {
    last = *deadline;
    const auto more = race_.on_timeout(last);
    actions.insert(actions.end(), more.begin(), more.end());
  }
  EXPECT_EQ(actions.size(), 6U + 6U + 1U);
  EXPECT_EQ(actions.back(), Action{Lost{}});
  EXPECT_EQ(last, at(5 * 250ms + 10s));
}

TEST_F(FlowRaceTest, T40_NoRaceTakesLongerThanItsProfileAllows) {
  auto actions = begin(1'000);
  TimePoint last = at(0ms);
  while (const auto deadline = race_.next_deadline()) {
    last = *deadline;
    const auto more = race_.on_timeout(last);
    actions.insert(actions.end(), more.begin(), more.end());
  }
  EXPECT_EQ(last, at(32s));
  EXPECT_EQ(actions.back(), Action{Lost{}});
  const auto before = actions[actions.size() - 2];
  EXPECT_EQ(std::get<Cancel>(before).why, Why::timed_out);
}

TEST_F(FlowRaceTest, T40_TheWholeRaceEndsEvenWhenOneAttemptMayTakeLonger) {
  FlowRace race(FlowRace::Profile{.longest_attempt = 1h});
  (void)race.on_candidates(1, false, {0}, at(0ms));
  EXPECT_EQ(race.next_deadline(), at(32s));
  EXPECT_THAT(race.on_timeout(at(32s)),
              ElementsAre(Action{cancel(1, Why::timed_out)}, Action{Lost{}}));
}

TEST_F(FlowRaceTest, OneAttemptThatTakesTooLongIsGivenUpAndFollowed) {
  FlowRace race(FlowRace::Profile{.attempt_delay = 2s, .longest_attempt = 1s});
  (void)race.on_candidates(2, true, {0, 0}, at(0ms));
  EXPECT_EQ(race.next_deadline(), at(1s));
  EXPECT_THAT(race.on_timeout(at(1s)),
              ElementsAre(Action{cancel(1, Why::timed_out)}, Action{start(2, 1)}));
}

TEST_F(FlowRaceTest, OneThatIsEstablishedInItsLastMomentWins) {
  (void)begin(1);
  EXPECT_THAT(establish(1, 10s), ElementsAre(Action{won(1, 0)}));
}

TEST_F(FlowRaceTest, WhatWasCancelledIsNotHeardAnyMore) {
  (void)begin(2);
  (void)wait_until(250ms);
  (void)establish(1, 300ms);
  EXPECT_THAT(establish(2, 301ms), IsEmpty());
  EXPECT_THAT(fail(2, 302ms), IsEmpty());
  EXPECT_THAT(fail(1, 303ms), IsEmpty());  // the winner's later fate
  EXPECT_THAT(know(3, true, {0, 0, 0}, 304ms), IsEmpty());
}

TEST_F(FlowRaceTest, UnknownAttemptsChangeNothing) {
  (void)begin(2);
  EXPECT_THAT(fail(7, 1ms), IsEmpty());
  EXPECT_THAT(establish(7, 1ms), IsEmpty());
  EXPECT_EQ(race_.next_deadline(), at(250ms));
}

TEST_F(FlowRaceTest, AnEarlyWakeUpChangesNothing) {
  (void)begin(2);
  EXPECT_THAT(wait_until(0ms), IsEmpty());
  EXPECT_THAT(wait_until(100ms), IsEmpty());
}

/// A world in which attempts end as chance has it, and the rules that must hold in any.
class RandomRace {
 public:
  explicit RandomRace(std::uint64_t seed)
      : random_(seed), profile_{.attempt_delay = std::chrono::milliseconds{random_.below(600)}} {}

  void run() {
    grow();
    for (int step = 0; step < 300 && !over_; ++step) {
      switch (random_.below(6)) {
        case 0:
          grow();
          break;
        case 1:
          finish(random_.below(8) == 0);
          break;
        case 2:
          now_ += std::chrono::milliseconds{random_.below(400)};
          break;
        default:
          pass_time();
          break;
      }
    }
    complete_ = true;
    take(race_.on_candidates(groups_.size(), true, groups_, now_));
    while (!over_ && race_.next_deadline()) pass_time();
    EXPECT_TRUE(over_);
    EXPECT_TRUE(race_.over());
    EXPECT_EQ(race_.next_deadline(), std::nullopt);
    EXPECT_TRUE(running_.empty()) << "every start has its end";
    EXPECT_LE(won_, 1);
    EXPECT_EQ(won_ + lost_, 1);
  }

 private:
  struct Running {
    std::size_t candidate;
    TimePoint started;
  };

  void grow() {
    const auto first = groups_.empty() ? 0 : groups_.back();
    for (auto more = random_.below(3); more > 0; --more) {
      groups_.push_back(first + static_cast<int>(random_.below(2)));
    }
    // What has not been started may come in another order.
    for (auto at = started_; random_.below(4) == 0 && at + 1 < std::ssize(groups_); ++at) {
      std::swap(groups_[static_cast<std::size_t>(at)], groups_.back());
    }
    take(race_.on_candidates(groups_.size(), complete_, groups_, now_));
  }

  void finish(bool well) {
    if (running_.empty()) return;
    auto chosen = running_.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(random_.below(running_.size())));
    const auto id = chosen->first;
    if (well) return take(race_.on_established(id, now_));
    running_.erase(chosen);
    ++failures_;
    take(race_.on_failed(id, now_));
  }

  void pass_time() {
    if (const auto deadline = race_.next_deadline()) now_ = std::max(now_, *deadline);
    take(race_.on_timeout(now_));
    if (const auto deadline = race_.next_deadline()) {
      EXPECT_GT(*deadline, now_) << "what is due has been done";
    }
  }

  void take(const Actions& actions) {
    EXPECT_FALSE(over_ && !actions.empty()) << "nothing comes after the end";
    for (const auto& action : actions) {
      std::visit(overloaded{[&](const Start& start) { on_start(start); },
                            [&](const Cancel& cancel) {
                              EXPECT_EQ(running_.erase(cancel.attempt), 1U);
                              ++failures_;
                            },
                            [&](const Won& won) {
                              EXPECT_EQ(running_.at(won.attempt).candidate, won.candidate);
                              running_.erase(won.attempt);
                              ++won_;
                              over_ = true;
                            },
                            [&](const Lost&) {
                              EXPECT_TRUE(running_.empty());
                              ++lost_;
                              over_ = true;
                            }},
                 action);
    }
  }

  void on_start(const Start& start) {
    EXPECT_EQ(start.candidate, static_cast<std::size_t>(started_)) << "in order, each once";
    ++started_;
    const auto delay = std::clamp<Duration>(profile_.attempt_delay, 10ms, 2s);
    for (const auto& [id, other] : running_) {
      if (groups_[other.candidate] < groups_[start.candidate]) {
        EXPECT_GE(now_ - other.started, delay) << "R18";
      }
      if (failures_ == 0) {
        EXPECT_GE(now_ - other.started, delay) << "R15";
      }
    }
    EXPECT_TRUE(running_.emplace(start.attempt, Running{start.candidate, now_}).second);
  }

  SeededRandom random_;
  FlowRace::Profile profile_;
  FlowRace race_{profile_};
  TimePoint now_ = TimePoint{} + 1h;
  std::vector<int> groups_;
  std::map<AttemptId, Running> running_;
  bool complete_ = false;
  bool over_ = false;
  std::ptrdiff_t started_ = 0;
  int failures_ = 0;
  int won_ = 0;
  int lost_ = 0;
};

TEST(FlowRacePropertyTest, KeepsItsRulesInAnyOrderOfEvents) {
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRace(seed).run();
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace godwit::sip
