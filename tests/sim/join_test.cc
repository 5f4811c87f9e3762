// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>

#include "support/access.h"
#include "support/named_dialog.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Alice calls Bob; Carol calls Alice and wants to join them (RFC 3911).
class JoinTest : public ::testing::TestWithParam<Access> {
 protected:
  void SetUp() override { begin(); }
  void TearDown() override {
    world_->carol->shut_down();
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }
  void begin() {
    world_ = std::make_unique<SimWorld>(GetParam().world());
    world_->add_carol();
    ASSERT_TRUE(world_->register_both());
    ASSERT_TRUE(world_->call_bob());
    let_carol_say(*world_, sip::Field::join, dialog_of_alice(*world_));
    world_->alice.auto_answer({}, 200ms);
  }
  void carol_calls() {
    ASSERT_TRUE(
        world_->carol->dial(world_->carol_account, kAliceUri, world_->speaking(kCarolTone)));
  }
  /// Bob's ear is the one of his call with Alice. It is not waited for where Carol is turned away.
  bool all_hear_each_other(Duration limit = 40s) {
    const auto start = world_->now();
    const auto together = [&] {
      return world_->bob.ear().heard_together({kAliceTone, kCarolTone}, start) >= 10 &&
             world_->carol->ear().heard_together({kAliceTone, kBobTone}, start) >= 10;
    };
    world_->time.run_until([&] { return together() || !world_->carol->all<CallEnded>().empty(); },
                           limit);
    return together();
  }

  std::unique_ptr<SimWorld> world_;
};

TEST_P(JoinTest, WhoJoinsIsHeardByBothAndHearsBoth) {
  carol_calls();
  EXPECT_TRUE(all_hear_each_other());
  const auto incoming = world_->alice.all<IncomingCall>();
  ASSERT_THAT(incoming, SizeIs(1));
  EXPECT_TRUE(incoming[0].joins);
  EXPECT_THAT(world_->alice.all<CallEnded>(), IsEmpty());
}

TEST_P(JoinTest, TheCallGoesOnWhenTheGuestHasLeft) {
  carol_calls();
  ASSERT_TRUE(all_hear_each_other());
  world_->carol->hang_up(world_->carol->engine().calls().front());
  world_->run_for(1s);
  EXPECT_TRUE(world_->both_hear(world_->now(), 20s));
  EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
}

TEST_P(JoinTest, AStrangeNameIsRefusedAndTheCallGoesOn) {
  let_carol_say(*world_, sip::Field::join, "somebody;to-tag=a;from-tag=b");
  carol_calls();
  EXPECT_TRUE(
      world_->time.run_until([&] { return !world_->carol->all<CallEnded>().empty(); }, 40s));
  EXPECT_EQ(world_->carol->last<CallEnded>()->status, 481);
  EXPECT_THAT(world_->alice.all<IncomingCall>(), IsEmpty());
  EXPECT_TRUE(world_->both_hear(world_->now(), 20s));
}

TEST_P(JoinTest, SurvivesAChangeOfTheOneWhoIsJoinedAtEachStep) {
  for (Duration at = 0ms; at <= 500ms; at += 50ms) {
    SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
    if (at > 0ms) {
      TearDown();
      begin();
    }
    carol_calls();
    world_->run_for(at);
    world_->break_to({GetParam().alice_then}, 100ms);
    const bool together = all_hear_each_other(60s);
    // An INVITE that was under way to where she was does not find her: it ends, the call does not.
    if (!together) {
      EXPECT_THAT(world_->carol->all<CallEnded>(), SizeIs(1));
      EXPECT_TRUE(world_->both_hear(world_->now(), 20s));
    }
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Access, JoinTest, accesses_by_udp(),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace godwit::test
