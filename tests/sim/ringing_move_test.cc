// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <ostream>
#include <string>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Ringing {
  const char* name;
  net::Transport transport;
  const char* from;
  const char* to;
};
void PrintTo(const Ringing& row, std::ostream* out) {
  *out << row.name;
}

/// Alice's network goes while Bob's phone rings: the answer to her INVITE would come to where she was.
class RingingMoveTest : public ::testing::TestWithParam<Ringing> {
 protected:
  void ring(RingingCalls policy = RingingCalls::rescue) {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam().from};
    options.alice_by = options.bob_by = GetParam().transport;
    options.agent.network.ringing_calls = policy;
    world_ = std::make_unique<SimWorld>(options);
    ASSERT_TRUE(world_->register_both());
    const auto call = world_->alice.dial(world_->alice_account, kBobUri, world_->speaking(kAliceTone));
    ASSERT_TRUE(call);
    call_ = *call;
    ASSERT_TRUE(world_->time.run_until([&] { return !world_->alice.all<CallRinging>().empty(); }, 5s));
    world_->run_for(300ms);
  }
  void move() { world_->break_to({GetParam().to}, 0ms); }
  void answer() {
    static_cast<void>(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.answer(bobs_call(), world_->speaking(kBobTone), now);
    }));
  }
  void decline() {
    static_cast<void>(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.decline(bobs_call(), 486, now);
    }));
  }
  CallId bobs_call() const { return world_->bob.last<IncomingCall>()->call; }
  /// Bob's phone has rung once, and one call came about.
  void expect_one_call() {
    EXPECT_THAT(world_->bob.all<IncomingCall>(), SizeIs(1));
    EXPECT_THAT(world_->bob.all<CallAnswered>(), SizeIs(1));
    EXPECT_THAT(world_->alice.all<CallAnswered>(), SizeIs(1));
    EXPECT_THAT(world_->alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_->bob.all<CallEnded>(), IsEmpty());
  }
  void end() {
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
    if (HasFailure()) std::cout << world_->story();
  }

  std::unique_ptr<SimWorld> world_;
  CallId call_;
};

TEST_P(RingingMoveTest, F40_RingsOnAndIsAnswered) {
  ring();
  move();
  world_->run_for(2s);
  answer();
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s));
  world_->run_for(3s);
  expect_one_call();
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s, 20));
  end();
}

TEST_P(RingingMoveTest, F40_AnsweredWhileTheNetworkChanges) {
  for (const auto lead : {-400ms, -120ms, -60ms, -30ms, -10ms, 0ms, 10ms, 30ms, 60ms, 120ms, 700ms}) {
    ring();
    SCOPED_TRACE("answered " + std::to_string(lead.count()) + " ms after the change");
    if (lead <= 0ms) answer();
    if (lead < 0ms) world_->run_for(-lead);
    move();
    if (lead > 0ms) world_->time.after(lead, [this] { answer(); });
    EXPECT_TRUE(world_->both_hear(world_->now() + std::max<Duration>(lead, 0ms), 4s));
    world_->run_for(3s);
    expect_one_call();
    end();
    if (HasFailure()) return;
  }
}

TEST_P(RingingMoveTest, TwoChangesAndALossWhileItRings) {
  ring();
  move();
  world_->run_for(900ms);
  world_->a.detach("lte0");
  world_->run_for(5s);
  world_->a.attach("wifi0", {GetParam().from});
  world_->run_for(2s);
  answer();
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s));
  expect_one_call();
  end();
}

TEST_P(RingingMoveTest, TheCallerHangsUpAfterwards) {
  ring();
  move();
  world_->run_for(2s);
  world_->alice.hang_up(call_);
  world_->run_for(1s);
  EXPECT_THAT(world_->bob.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(world_->bob.all<CallAnswered>(), IsEmpty());
  end();
}

TEST_P(RingingMoveTest, TheCalleeDeclinesAfterwards) {
  ring();
  move();
  world_->run_for(1500ms);
  decline();
  world_->run_for(5s);
  ASSERT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world_->alice.all<CallEnded>().front().who, Who::peer);
  EXPECT_THAT(world_->bob.all<IncomingCall>(), SizeIs(1));
  end();
}

TEST_P(RingingMoveTest, F40_IsDialledAgainWhereThatIsWanted) {
  ring(RingingCalls::redial);
  move();
  world_->run_for(2s);
  answer();
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s));
  EXPECT_THAT(world_->bob.all<IncomingCall>(), SizeIs(2));
  EXPECT_THAT(world_->alice.all<CallAnswered>(), SizeIs(1));
  end();
}

TEST_P(RingingMoveTest, F40_EndsWhereThatIsWanted) {
  ring(RingingCalls::end);
  move();
  world_->run_for(2s);
  ASSERT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world_->alice.all<CallEnded>().front().who, Who::network);
  EXPECT_THAT(world_->bob.all<CallEnded>(), SizeIs(1));
  end();
}

// Both networks are there: the answer comes by the old one, and nothing has to be said before it.
TEST_P(RingingMoveTest, MakeBeforeBreakWaitsForTheAnswer) {
  ring();
  world_->a.attach("lte0", {GetParam().to}, 50);
  world_->run_for(2s);
  EXPECT_EQ(world_->sent("alice", "INVITE"), world_->sent("alice", "ACK") + 1);
  EXPECT_EQ(world_->sent("alice", "UPDATE"), 0U);
  answer();
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s));
  world_->run_for(3s);
  world_->a.detach("wifi0");
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s, 20));
  expect_one_call();
  end();
}

constexpr Ringing kRingingRows[] = {
    {"udp_v4", net::Transport::udp, "10.1.0.2", "10.2.0.2"},
    {"udp_v6", net::Transport::udp, "2001:db8:1::2", "2001:db8:2::2"},
    {"udp_to_v6", net::Transport::udp, "10.1.0.2", "2001:db8:2::2"},
    {"udp_to_v4", net::Transport::udp, "2001:db8:1::2", "10.2.0.2"},
    {"tcp_v4", net::Transport::tcp, "10.1.0.2", "10.2.0.2"},
    {"tls_v4", net::Transport::tls, "10.1.0.2", "10.2.0.2"},
    {"tls_to_v6", net::Transport::tls, "10.1.0.2", "2001:db8:2::2"},
};
INSTANTIATE_TEST_SUITE_P(Rows, RingingMoveTest, ::testing::ValuesIn(kRingingRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
