// SPDX-License-Identifier: Apache-2.0
#include "support/early_call.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class CancelRaceTest : public EarlyCallTest {};

// The hang-up is put at each step of the way: before the INVITE is out, before a 1xx is back, while it
// rings, while the 2xx is under way, after it.
TEST_P(CancelRaceTest, HangingUpAtAnyMomentEndsTheCallOnBothSides) {
  world_.bob.auto_answer(bob_speaks(), 200ms);
  for (auto after = 0ms; after <= 600ms; after += 20ms) {
    const auto since = world_.now();
    const auto call = dial_bob(alice_speaks());
    world_.run_for(after);
    world_.alice.hang_up(call);
    ASSERT_TRUE(world_.time.run_until(
        [&] {
          return world_.alice.engine().calls().empty() && world_.bob.engine().calls().empty();
        },
        120s))
        << "hung up after " << after.count() << " ms";
    EXPECT_THAT(world_.alice.all<CallEnded>(since), SizeIs(1));
    world_.run_for(40s);
  }
}

TEST_P(CancelRaceTest, DecliningAtAnyMomentEndsTheCallOnBothSides) {
  for (auto after = 0ms; after <= 300ms; after += 30ms) {
    on_incoming(world_.bob, [this, after](CallId call) {
      world_.time.after(after,
                        [this, call] { static_cast<void>(decline(world_.bob, call, 486)); });
    });
    const auto call = dial_bob(alice_speaks());
    world_.run_for(240ms);
    world_.alice.hang_up(call);
    ASSERT_TRUE(world_.time.run_until(
        [&] {
          return world_.alice.engine().calls().empty() && world_.bob.engine().calls().empty();
        },
        120s));
    world_.run_for(40s);
  }
}

TEST_P(CancelRaceTest, A2xxThatCrossesTheCancelIsAcknowledgedAndHungUpOn) {
  if (GetParam().rough || GetParam().transport != net::Transport::udp) {
    GTEST_SKIP() << "the crossing needs links that do as they are told";
  }
  world_.bob.auto_answer(bob_speaks(), 1s);
  const auto call = dial_bob(alice_speaks());
  // Bob's 200 has left and is not here yet.
  ASSERT_TRUE(world_.time.run_until([&] { return answered("bob", 200) == 1; }, 5s));
  world_.alice.hang_up(call);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob));
  EXPECT_EQ(world_.bob.last<CallEnded>()->who, Who::peer);
  EXPECT_EQ(world_.sent("alice", "CANCEL"), 1U);
  EXPECT_GE(world_.sent("alice", "ACK"), 1U);
  EXPECT_EQ(world_.sent("alice", "BYE"), 1U);
  EXPECT_THAT(world_.bob.all<CallAnswered>(), SizeIs(1)) << "a CANCEL after the 2xx does nothing";
}

TEST_P(CancelRaceTest, ACancelWaitsForTheFirstProvisionalResponse) {
  if (GetParam().transport != net::Transport::udp) GTEST_SKIP() << "only datagrams are swallowed";
  on_incoming(world_.bob, [](CallId) {});
  const auto until = world_.now() + 3s;
  world_.network.set_swallower([this, until](const FakePacket& packet) {
    return world_.now() < until && packet.bytes.starts_with("SIP/2.0 1");
  });
  const auto call = dial_bob(alice_speaks());
  world_.run_for(500ms);
  world_.alice.hang_up(call);
  world_.run_for(2s);
  EXPECT_EQ(world_.sent("alice", "CANCEL"), 0U) << "RFC 3261 §9.1";
  // The INVITE may have been lost, or challenged and not sent again.
  ASSERT_TRUE(world_.time.run_until([&] { return world_.bob.engine().calls().empty(); }, 120s));
  if (world_.bob.last<IncomingCall>()) {
    EXPECT_GE(world_.sent("alice", "CANCEL"), 1U);
  }
}

TEST_P(CancelRaceTest, NobodyAnswersWithinTheTimeThatTheCallerGives) {
  on_incoming(world_.bob, [](CallId) {});
  auto options = alice_speaks();
  options.answer_timeout = 10s;
  dial_bob(options);
  ASSERT_TRUE(wait_for<CallEnded>(world_.alice, 20s));
  EXPECT_EQ(world_.alice.last<CallEnded>()->who, Who::timeout);
  EXPECT_EQ(world_.alice.last<CallEnded>()->status, 408);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 60s));
}

INSTANTIATE_TEST_SUITE_P(Runs, CancelRaceTest, ::testing::ValuesIn(kEarlyRuns), name_of_run);

}  // namespace
}  // namespace godwit::test
