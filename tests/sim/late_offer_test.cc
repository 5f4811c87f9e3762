// SPDX-License-Identifier: Apache-2.0
#include "support/early_call.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

class LateOfferTest : public EarlyCallTest {
 protected:
  [[nodiscard]] CallOptions late() const {
    auto options = alice_speaks();
    options.late_offer = true;
    return options;
  }
};

TEST_P(LateOfferTest, TheAckAnswersTheOfferInThe2xx) {
  world_.bob.auto_answer(bob_speaks(), 500ms);
  dial_bob(late());
  ASSERT_TRUE(world_.both_hear(world_.now(), 35s, 50));
  EXPECT_EQ(first_sent("alice", "INVITE").body(), "");
  EXPECT_NE(first_sent("bob", "INVITE", 200).body(), "");
  EXPECT_NE(last_sent("alice", "ACK").body(), "");
}

TEST_P(LateOfferTest, ThePrackAnswersTheOfferInAReliableResponse) {
  const auto since = world_.now();
  on_incoming(world_.bob, [this](CallId call) {
    EXPECT_TRUE(progress(world_.bob, call, 183, bob_speaks()));
    world_.time.after(20s, [this, call] { EXPECT_TRUE(answer(world_.bob, call, bob_speaks())); });
  });
  dial_bob(late());
  ASSERT_TRUE(hears(world_.alice, kBobTone, since, 15s));
  ASSERT_TRUE(hears(world_.bob, kAliceTone, since, 15s));
  EXPECT_EQ(world_.alice.all<CallAnswered>().size(), 0U);
  EXPECT_NE(first_sent("alice", "PRACK").body(), "");
  ASSERT_TRUE(wait_for<CallAnswered>(world_.alice));
  EXPECT_TRUE(world_.both_hear(world_.now(), 5s, 50));
  EXPECT_EQ(first_sent("bob", "INVITE", 200).body(), "") << "all is agreed already";
}

TEST_P(LateOfferTest, WithoutReliableResponsesTheOfferWaitsForThe2xx) {
  on_incoming(world_.bob, [this](CallId call) {
    auto options = bob_speaks();
    options.reliable_responses = ReliableResponses::off;
    EXPECT_TRUE(progress(world_.bob, call, 183, options));
    world_.time.after(2s, [this, call] { EXPECT_TRUE(answer(world_.bob, call, bob_speaks())); });
  });
  dial_bob(late());
  ASSERT_TRUE(world_.both_hear(world_.now(), 40s, 50));
  EXPECT_EQ(first_sent("bob", "INVITE", 183).body(), "");
  EXPECT_NE(last_sent("alice", "ACK").body(), "");
}

TEST_P(LateOfferTest, TheCallerHangsUpBeforeTheOffer) {
  on_incoming(world_.bob, [](CallId) {});
  const auto call = dial_bob(late());
  ASSERT_TRUE(wait_for<IncomingCall>(world_.bob));
  world_.alice.hang_up(call);
  ASSERT_TRUE(wait_for<CallEnded>(world_.bob, 70s));
}

INSTANTIATE_TEST_SUITE_P(Runs, LateOfferTest, ::testing::ValuesIn(kEarlyRuns), name_of_run);

}  // namespace
}  // namespace godwit::test
