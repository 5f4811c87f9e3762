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

/// Alice calls Bob, who only rings; Carol takes the call for him (RFC 3891 §3): directed pick-up.
class PickUpTest : public ::testing::TestWithParam<Access> {
 protected:
  void begin() {
    world_ = std::make_unique<SimWorld>(GetParam().world());
    world_->add_carol();
    ASSERT_TRUE(world_->register_both());
    ASSERT_TRUE(world_->alice.dial(world_->alice_account, kBobUri, world_->speaking(kAliceTone)));
    ASSERT_TRUE(
        world_->time.run_until([&] { return !world_->alice.all<CallRinging>().empty(); }, 40s));
    let_carol_say(*world_, sip::Field::replaces, dialog_of_alice(*world_));
  }
  void carol_picks_up() {
    ASSERT_TRUE(
        world_->carol->dial(world_->carol_account, kAliceUri, world_->speaking(kCarolTone)));
  }
  bool alice_and_carol_hear(Duration limit) {
    const auto start = world_->now();
    return world_->time.run_until(
        [&] {
          return world_->alice.ear().heard(kCarolTone, start) >= 10 &&
                 world_->carol->ear().heard(kAliceTone, start) >= 10;
        },
        limit);
  }
  void end() {
    world_->carol->shut_down();
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }

  std::unique_ptr<SimWorld> world_;
};

TEST_P(PickUpTest, TheCallThatRingsIsTakenBySomebodyElse) {
  begin();
  carol_picks_up();
  // What is heard is written where the first call would have been: the ear is the new call's.
  world_->alice.on_event([this](const Event& event) {
    const auto* answered = std::get_if<CallAnswered>(&event);
    if (answered == nullptr) return;
    static_cast<void>(world_->alice.run([&](ua::Engine& engine, TimePoint now) {
      return engine.start_recording(answered->call, {"ear", RecordOptions::Tracks::heard}, now);
    }));
  });
  EXPECT_TRUE(alice_and_carol_hear(40s));
  ASSERT_TRUE(world_->time.run_until([&] { return !world_->bob.all<CallEnded>().empty(); }, 40s));
  EXPECT_EQ(world_->bob.last<CallEnded>()->status, 487);
  const auto replaced = world_->alice.all<CallReplaced>();
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_THAT(world_->alice.engine().calls(), SizeIs(1));
  EXPECT_EQ(world_->alice.engine().calls().front(), replaced[0].by);
  EXPECT_THAT(world_->bob.engine().calls(), IsEmpty());
  end();
}

TEST_P(PickUpTest, EndsInADefinedStateWhateverTheMomentOfAChange) {
  for (Duration at = 0ms; at <= 500ms; at += 50ms) {
    SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
    begin();
    carol_picks_up();
    world_->run_for(at);
    world_->break_to({GetParam().alice_then}, 100ms);
    world_->run_for(60s);
    const bool taken = !world_->alice.all<CallReplaced>().empty();
    if (taken) {
      EXPECT_THAT(world_->alice.engine().calls(), SizeIs(1));
      EXPECT_THAT(world_->carol->all<CallEnded>(), IsEmpty());
      EXPECT_THAT(world_->carol->all<CallAnswered>(), SizeIs(1));
    } else {
      // She was not found, or her call was dialled anew and is another one by now: it rings on.
      EXPECT_THAT(world_->carol->all<CallEnded>(), SizeIs(1));
    }
    end();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Access, PickUpTest, accesses_by_udp(),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace godwit::test
