// SPDX-License-Identifier: Apache-2.0
#include "support/early_call.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

constexpr int kThirdTone = 660;

/// Bob has two phones, and the proxy lets both ring.
class ForkingTest : public EarlyCallTest {
 protected:
  void SetUp() override {
    EarlyCallTest::SetUp();
    add_third(kBobUri, "builder");
  }
  /// The phone sends its tone before it answers, `after` it has begun to ring.
  void play_early(SimUserAgent& phone, int hz, Duration after) {
    on_incoming(phone, [this, &phone, hz, after](CallId call) {
      world_.time.after(after, [this, &phone, hz, call] {
        static_cast<void>(progress(phone, call, 183, world_.speaking(hz)));
      });
    });
  }
  [[nodiscard]] CallId call_of(SimUserAgent& phone) { return phone.last<IncomingCall>()->call; }
  bool both_ring() {
    return world_.time.run_until(
        [&] { return world_.bob.last<IncomingCall>() && third_->last<IncomingCall>(); }, 60s);
  }
};

TEST_P(ForkingTest, TheFirstAnswerWinsAndTheOtherPhoneStopsRinging) {
  on_incoming(world_.bob, [](CallId) {});
  third_->auto_answer(world_.speaking(kThirdTone), 3s);
  const auto since = world_.now();
  dial_bob(alice_speaks());
  ASSERT_TRUE(hears(world_.alice, kThirdTone, since, 60s));
  ASSERT_TRUE(hears(*third_, kAliceTone, since, 60s));
  if (world_.bob.last<IncomingCall>()) {
    ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 60s));
    EXPECT_EQ(world_.bob.last<CallEnded>()->status, 487);
  }
}

TEST_P(ForkingTest, WhenBothAnswerOneIsHungUpOn) {
  world_.bob.auto_answer(bob_speaks(), 1s);
  third_->auto_answer(world_.speaking(kThirdTone), 1s);
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice, 60s));
  world_.run_for(40s);
  EXPECT_THAT(world_.alice.all<CallAnswered>(), SizeIs(1));
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(0));
  const auto alive = world_.bob.engine().calls().size() + third_->engine().calls().size();
  EXPECT_EQ(alive, 1U) << "one of them is in the call, the other was hung up on";
}

TEST_P(ForkingTest, TheNewestEarlySoundIsHeardThenThatOfWhoAnswers) {
  play_early(world_.bob, kBobTone, 2s);
  play_early(*third_, kThirdTone, 12s);
  auto since = world_.now();
  dial_bob(alice_speaks());
  ASSERT_TRUE(both_ring());
  ASSERT_TRUE(hears(world_.alice, kBobTone, since, 15s));
  ASSERT_TRUE(hears(world_.alice, kThirdTone, since, 30s));
  world_.run_for(1s);
  since = world_.now();
  ASSERT_TRUE(hears(*third_, kAliceTone, since, 5s)) << "who is heard is spoken to";
  since = world_.now();
  ASSERT_TRUE(answer(world_.bob, call_of(world_.bob), bob_speaks()));
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
  EXPECT_TRUE(world_.both_hear(world_.now(), 10s, 50)) << "the other leg's session was kept";
  ASSERT_TRUE(world_.time.run_until([&] { return third_->last<CallEnded>().has_value(); }, 60s));
  EXPECT_EQ(third_->last<CallEnded>()->status, 487);
}

TEST_P(ForkingTest, HangingUpEndsAllEarlyDialogs) {
  play_early(world_.bob, kBobTone, 1s);
  play_early(*third_, kThirdTone, 1s);
  const auto call = dial_bob(alice_speaks());
  ASSERT_TRUE(both_ring());
  world_.run_for(3s);
  world_.alice.hang_up(call);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 60s));
  ASSERT_TRUE(world_.time.run_until([&] { return third_->last<CallEnded>().has_value(); }, 60s));
  EXPECT_EQ(world_.bob.last<CallEnded>()->status, 487);
}

TEST_P(ForkingTest, OneIsBusyAndTheOtherAnswers) {
  on_incoming(world_.bob, [this](CallId call) { EXPECT_TRUE(decline(world_.bob, call, 486)); });
  third_->auto_answer(world_.speaking(kThirdTone), 2s);
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice, 60s));
}

TEST_P(ForkingTest, DeclineEverywhereEndsBoth) {
  on_incoming(world_.bob, [this](CallId call) {
    world_.time.after(3s, [this, call] { static_cast<void>(decline(world_.bob, call, 603)); });
  });
  on_incoming(*third_, [](CallId) {});
  dial_bob(alice_speaks());
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 90s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 603);
}

INSTANTIATE_TEST_SUITE_P(Runs, ForkingTest, ::testing::ValuesIn(kEarlyRuns), name_of_run);

}  // namespace
}  // namespace godwit::test
