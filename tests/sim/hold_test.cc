// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <tuple>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;

struct Move {
  const char* name;
  const char* from;
  const char* to;
};
void PrintTo(const Move& move, std::ostream* out) {
  *out << move.name;
}
constexpr Move kMovesWhileHeld[] = {{"v4_to_v4", "10.1.0.2", "10.2.0.2"},
                                    {"v4_to_v6", "10.1.0.2", "2001:db8:2::2"},
                                    {"v6_to_v4", "2001:db8:1::2", "10.2.0.2"},
                                    {"v6_to_v6", "2001:db8:1::2", "2001:db8:2::2"}};
constexpr net::Transport kTransports[] = {net::Transport::udp, net::Transport::tcp};

/// A call of Alice's with Bob that somebody holds, and what each of them makes of it.
class HeldWorld {
 public:
  HeldWorld(const Move& move, net::Transport by, LinkOptions access = {.delay = 25ms})
      : world(options(move, by, access)) {}

  static WorldOptions options(const Move& move, net::Transport by, const LinkOptions& access) {
    WorldOptions options;
    options.seed = seed_of_run();
    options.access = access;
    options.alice_at = {move.from};
    options.alice_by = options.bob_by = by;
    return options;
  }
  [[nodiscard]] bool start() { return world.register_both() && world.call_bob(); }

  static CallInfo info(SimUserAgent& agent) {
    const auto calls = agent.engine().calls();
    return calls.empty() ? CallInfo{} : agent.engine().call_info(calls.back()).value_or(CallInfo{});
  }
  static void hold(SimUserAgent& agent) {
    const auto calls = agent.engine().calls();
    ASSERT_THAT(calls, Not(IsEmpty()));
    ASSERT_TRUE(agent.run(
        [&](ua::Engine& engine, TimePoint now) { return engine.hold(calls.back(), now); }));
  }
  static void resume(SimUserAgent& agent) {
    const auto calls = agent.engine().calls();
    ASSERT_THAT(calls, Not(IsEmpty()));
    ASSERT_TRUE(agent.run(
        [&](ua::Engine& engine, TimePoint now) { return engine.resume(calls.back(), now); }));
  }
  /// Both see it alike: who is held by whom.
  [[nodiscard]] bool agreed(bool by_alice, bool by_bob) {
    const auto a = info(world.alice);
    const auto b = info(world.bob);
    return a.held_by_us == by_alice && b.held_by_peer == by_alice && a.held_by_peer == by_bob &&
           b.held_by_us == by_bob;
  }
  [[nodiscard]] bool agree_within(Duration limit, bool by_alice, bool by_bob) {
    return world.time.run_until([&] { return agreed(by_alice, by_bob); }, limit);
  }
  void expect_silence(Duration span) {
    world.run_for(200ms);  // what was on its way is heard
    const auto since = world.now();
    world.run_for(span);
    EXPECT_LE(world.alice.ear().heard(kBobTone, since), 2U);
    EXPECT_LE(world.bob.ear().heard(kAliceTone, since), 2U);
  }
  void expect_nobody_lost() {
    EXPECT_THAT(world.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world.bob.all<CallEnded>(), IsEmpty());
    EXPECT_EQ(world.faults(), "");
  }
  void end() {
    EXPECT_EQ(world.unrest_at_the_end(), "");
    if (::testing::Test::HasFailure()) std::cout << world.story();
  }

  SimWorld world;
};

class HoldTest : public ::testing::TestWithParam<std::tuple<Move, net::Transport>> {
 protected:
  static HeldWorld make(const LinkOptions& access = {.delay = 25ms}) {
    return HeldWorld(std::get<0>(GetParam()), std::get<1>(GetParam()), access);
  }
  static const char* destination() { return std::get<0>(GetParam()).to; }
};

TEST_P(HoldTest, SilencesBothWaysAndGivesTheSoundBack) {
  auto held = make();
  ASSERT_TRUE(held.start());
  HeldWorld::hold(held.world.alice);
  ASSERT_TRUE(held.agree_within(1s, true, false));
  held.expect_silence(1s);
  HeldWorld::resume(held.world.alice);
  EXPECT_TRUE(held.world.both_hear(held.world.now(), 1s, 20));
  EXPECT_TRUE(held.agreed(false, false));
  held.expect_nobody_lost();
  held.end();
}

TEST_P(HoldTest, EachSideEndsItsOwnHold) {
  auto held = make();
  ASSERT_TRUE(held.start());
  HeldWorld::hold(held.world.alice);
  ASSERT_TRUE(held.agree_within(1s, true, false));
  HeldWorld::hold(held.world.bob);
  ASSERT_TRUE(held.agree_within(1s, true, true));
  HeldWorld::resume(held.world.alice);
  ASSERT_TRUE(held.agree_within(1s, false, true));
  held.expect_silence(500ms);
  HeldWorld::resume(held.world.bob);
  EXPECT_TRUE(held.world.both_hear(held.world.now(), 1s, 20));
  held.expect_nobody_lost();
  held.end();
}

// RFC 3261 §14.1
TEST_P(HoldTest, BothAtTheSameMomentComeThroughOneAfterTheOther) {
  auto held = make();
  ASSERT_TRUE(held.start());
  HeldWorld::hold(held.world.alice);
  HeldWorld::hold(held.world.bob);
  EXPECT_TRUE(held.agree_within(10s, true, true));
  held.expect_nobody_lost();
  held.end();
}

// The network changes at every step of the exchange, and a while before and after it.
TEST_P(HoldTest, HoldsAndResumesThroughAChangeAtEveryMoment) {
  for (Duration at = -40ms; at <= 240ms; at += 20ms) {
    for (const bool by_alice : {true, false}) {
      SCOPED_TRACE(std::to_string(at / 1ms) + " ms, held by " + (by_alice ? "alice" : "bob"));
      auto held = make();
      auto& holder = by_alice ? held.world.alice : held.world.bob;
      ASSERT_TRUE(held.start());
      held.world.run_for(1s);
      held.world.time.after(100ms, [&] { HeldWorld::hold(holder); });
      held.world.time.after(100ms + at, [&] { held.world.break_to({destination()}, 30ms); });
      held.world.run_for(500ms);
      EXPECT_TRUE(held.agree_within(40s, by_alice, !by_alice));
      held.expect_silence(1s);
      HeldWorld::resume(holder);
      EXPECT_TRUE(held.world.both_hear(held.world.now(), 5s, 20));
      EXPECT_TRUE(held.agreed(false, false));
      held.expect_nobody_lost();
      held.end();
      if (HasFailure()) return;
    }
  }
}

TEST_P(HoldTest, AHeldCallComesBackHeldFromTenSecondsWithoutNetwork) {
  auto held = make();
  ASSERT_TRUE(held.start());
  HeldWorld::hold(held.world.alice);
  ASSERT_TRUE(held.agree_within(1s, true, false));
  held.world.break_to({destination()}, 10s);
  held.world.run_for(12s);
  EXPECT_TRUE(held.agreed(true, false));
  EXPECT_EQ(held.world.alice.all<Reconnected>().size(), 1U);
  HeldWorld::resume(held.world.alice);
  EXPECT_TRUE(held.world.both_hear(held.world.now(), 3s, 20));
  held.expect_nobody_lost();
  held.end();
}

TEST_P(HoldTest, ComesThroughOnALinkThatLosesAndDoubles) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    auto held = make({.delay = 25ms, .jitter = 40ms, .loss = 0.2, .duplication = 0.1});
    ASSERT_TRUE(held.start());
    for (int i = 0; i < 3; ++i) {
      HeldWorld::hold(held.world.alice);
      EXPECT_TRUE(held.agree_within(30s, true, false)) << i;
      HeldWorld::resume(held.world.alice);
      EXPECT_TRUE(held.agree_within(30s, false, false)) << i;
    }
    held.expect_nobody_lost();
    held.end();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Moves, HoldTest,
                         ::testing::Combine(::testing::ValuesIn(kMovesWhileHeld),
                                            ::testing::ValuesIn(kTransports)),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).name) + "_" +
                                  std::string(to_string(std::get<1>(row.param)));
                         });

}  // namespace
}  // namespace godwit::test
