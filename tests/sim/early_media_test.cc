// SPDX-License-Identifier: Apache-2.0
#include "support/early_call.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class EarlyMediaTest : public EarlyCallTest {
 protected:
  /// Bob plays his tone before he answers, which he does after `ring`.
  void play_early(ReliableResponses reliable, Duration ring) {
    on_incoming(world_.bob, [this, reliable, ring](CallId call) {
      auto options = bob_speaks();
      options.reliable_responses = reliable;
      EXPECT_TRUE(progress(world_.bob, call, 183, options));
      world_.time.after(ring, [this, call] {
        static_cast<void>(answer(world_.bob, call, bob_speaks()));
      });
    });
  }
  void expect_heard_before_the_answer(ReliableResponses reliable) {
    const auto since = world_.now();
    play_early(reliable, 20s);
    dial_bob(alice_speaks());
    ASSERT_TRUE(hears(world_.alice, kBobTone, since, 15s));
    EXPECT_THAT(world_.alice.all<CallAnswered>(), SizeIs(0)) << "the call is not answered yet";
    const auto ringing = world_.alice.all<CallRinging>();
    EXPECT_TRUE(std::any_of(ringing.begin(), ringing.end(), [](const CallRinging& told) {
      return told.status == 183 && told.early_media;
    }));
    ASSERT_TRUE(hears(world_.bob, kAliceTone, since, 5s)) << "both ways, as the offer said";
    ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
    EXPECT_TRUE(world_.both_hear(world_.now(), 5s, 50));
  }
};

TEST_P(EarlyMediaTest, SoundIsHeardBeforeTheAnswer) {
  expect_heard_before_the_answer(ReliableResponses::supported);
  EXPECT_GE(world_.sent("alice", "PRACK"), 1U);
  EXPECT_EQ(first_sent("bob", "INVITE", 200).body(), "") << "the description has arrived";
}

TEST_P(EarlyMediaTest, SoundIsHeardEarlyWithoutReliableResponses) {
  // Nothing but luck brings an unreliable 183 through loss.
  if (GetParam().rough) GTEST_SKIP() << "an unreliable 183 may be lost";
  expect_heard_before_the_answer(ReliableResponses::off);
  EXPECT_EQ(world_.sent("alice", "PRACK"), 0U);
  EXPECT_EQ(first_sent("bob", "INVITE", 200).body(), first_sent("bob", "INVITE", 183).body())
      << "RFC 3261 §13.2.1: the same exact answer";
}

TEST_P(EarlyMediaTest, RefusalAfterEarlySoundEndsTheCall) {
  on_incoming(world_.bob, [this](CallId call) {
    EXPECT_TRUE(progress(world_.bob, call, 183, bob_speaks()));
    world_.time.after(10s, [this, call] { EXPECT_TRUE(decline(world_.bob, call, 486)); });
  });
  const auto since = world_.now();
  dial_bob(alice_speaks());
  ASSERT_TRUE(hears(world_.alice, kBobTone, since, 10s));
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 60s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 486);
  EXPECT_EQ(world_.alice.last<CallEnded>()->duration, Duration{});
}

TEST_P(EarlyMediaTest, TheCallerHangsUpWhileItHearsEarlySound) {
  play_early(ReliableResponses::supported, 50s);
  const auto since = world_.now();
  const auto call = dial_bob(alice_speaks());
  ASSERT_TRUE(hears(world_.alice, kBobTone, since, 15s));
  world_.alice.hang_up(call);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob));
  EXPECT_EQ(world_.bob.last<CallEnded>()->status, 487);
}

TEST_P(EarlyMediaTest, RingingAfterEarlySoundIsToldToo) {
  on_incoming(world_.bob, [this](CallId call) {
    EXPECT_TRUE(progress(world_.bob, call, 183, bob_speaks()));
    EXPECT_TRUE(progress(world_.bob, call, 182, bob_speaks()));
    EXPECT_TRUE(progress(world_.bob, call, 181, bob_speaks()));
    world_.time.after(20s, [this, call] { EXPECT_TRUE(answer(world_.bob, call, bob_speaks())); });
  });
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice, 60s));
  std::vector<int> told;
  for (const auto& ringing : world_.alice.all<CallRinging>()) told.push_back(ringing.status);
  // The unreliable 180 in front may be lost or overtaken; the reliable ones come once and in order.
  std::erase(told, 180);
  EXPECT_THAT(told, ::testing::ElementsAre(183, 182, 181));
}

TEST_P(EarlyMediaTest, OnlyAnUnansweredCallMakesProgress) {
  std::vector<std::error_code> errors;
  on_incoming(world_.bob, [&](CallId call) {
    const auto code = [](const Result<void>& result) {
      return result ? std::error_code{} : result.error().code;
    };
    errors.push_back(code(progress(world_.bob, call, 100, bob_speaks())));
    errors.push_back(code(progress(world_.bob, call, 200, bob_speaks())));
    EXPECT_TRUE(answer(world_.bob, call, bob_speaks()));
    errors.push_back(code(progress(world_.bob, call, 183, bob_speaks())));
  });
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
  EXPECT_THAT(errors, ::testing::ElementsAre(make_error_code(Errc::invalid_argument),
                                             make_error_code(Errc::invalid_argument),
                                             make_error_code(Errc::wrong_state)));
  const auto alices = progress(world_.alice, world_.alice.engine().calls().front(), 183, {});
  ASSERT_FALSE(alices);
  EXPECT_EQ(alices.error().code, make_error_code(Errc::wrong_state)) << "an outgoing call";
}

INSTANTIATE_TEST_SUITE_P(Runs, EarlyMediaTest, ::testing::ValuesIn(kEarlyRuns), name_of_run);

}  // namespace
}  // namespace godwit::test
