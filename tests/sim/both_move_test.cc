// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "support/access.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct BothMove {
  const char* name;
  net::Transport transport;
  const char* alice;
  const char* alice_then;
  const char* bob_then;
  bool alice_calls = true;
};
void PrintTo(const BothMove& row, std::ostream* out) {
  *out << row.name;
}

/// Both ends of a call are somewhere else all of a sudden: no request inside the dialog finds the other one.
class BothMoveTest : public ::testing::TestWithParam<BothMove> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam().alice};
    options.alice_by = options.bob_by = GetParam().transport;
    return options;
  }
  void end() {
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
    EXPECT_THAT(world_->bob.all<CallEnded>(), SizeIs(1));
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }
  void start_call() {
    world_ = std::make_unique<SimWorld>(options());
    ASSERT_TRUE(world_->register_both());
    ASSERT_TRUE(GetParam().alice_calls ? world_->call_bob() : world_->call_alice());
    world_->run_for(1s);
  }
  void move_bob(Duration gap) {
    world_->b.detach("eth0");
    const auto there = [this] { world_->b.attach("eth0", {GetParam().bob_then}); };
    if (gap == Duration{}) return there();
    world_->time.after(gap, there);
  }
  void expect_one_call(TimePoint since) {
    for (auto* agent : {&world_->alice, &world_->bob}) {
      EXPECT_THAT(agent->all<Reconnecting>(since), SizeIs(1));
      EXPECT_THAT(agent->all<Reconnected>(since), SizeIs(1));
      EXPECT_THAT(agent->all<Dropped>(since), IsEmpty());
      EXPECT_THAT(agent->all<CallEnded>(), IsEmpty());
      EXPECT_THAT(agent->all<CallReplaced>(), IsEmpty());
    }
  }

  std::unique_ptr<SimWorld> world_;
};

TEST_P(BothMoveTest, EachFindsTheOtherByItsServer) {
  start_call();
  const auto t0 = world_->now();
  world_->break_to({GetParam().alice_then}, 0ms);
  move_bob(0ms);
  ASSERT_TRUE(world_->both_hear(world_->now(), 3s));
  world_->run_for(3s);
  expect_one_call(t0);
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s, 20));
  end();
}

TEST_P(BothMoveTest, WhoComesBackLaterIsFoundWithinThreeSeconds) {
  for (const auto gap : {300ms, 1000ms, 2700ms, 5000ms, 11000ms, 40000ms}) {
    start_call();
    const auto t0 = world_->now();
    world_->break_to({GetParam().alice_then}, 0ms);
    move_bob(gap);
    world_->run_for(gap);
    SCOPED_TRACE("Bob is back after " + std::to_string(gap.count()) + " ms");
    EXPECT_TRUE(world_->both_hear(world_->now(), 3s));
    world_->run_for(3s);
    expect_one_call(t0);
    end();
    if (HasFailure()) return;
  }
}

// The user hangs up while the other end is looked for.
TEST_P(BothMoveTest, HangsUpWhileTheOtherEndIsSought) {
  start_call();
  world_->break_to({GetParam().alice_then}, 0ms);
  world_->b.detach("eth0");
  world_->run_for(4s);
  world_->alice.hang_up(world_->alice.engine().calls().front());
  EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
  world_->b.attach("eth0", {GetParam().bob_then});
  world_->run_for(80s);
  EXPECT_THAT(world_->alice.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(world_->bob.all<CallEnded>(), SizeIs(1));
  end();
}

/// What boxes on the way make of messages.
void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}
// As stock phones do: the answer has the address from before.
void answer_update_in_ipv4(FakePacket& packet) {
  const auto head = packet.bytes.find("\r\n\r\n");
  const auto length = packet.bytes.find("Content-Length: ");
  const bool answers = packet.bytes.starts_with("SIP/2.0 200") &&
                       packet.bytes.find(" UPDATE\r\n") < head;
  if (!answers || length > head) return;
  auto body = packet.bytes.substr(head + 4);
  replace_all(body, "IP6 2001:db8:3::2", "IP4 10.3.0.2");
  const auto end = packet.bytes.find("\r\n", length);
  packet.bytes = packet.bytes.substr(0, length) + "Content-Length: " + std::to_string(body.size()) +
                 packet.bytes.substr(end, head + 4 - end) + body;
}

class AnsweredInTheOldFamilyTest : public ::testing::Test {
 protected:
  void move_with(bool replaces_is_known) {
    world_.network.set_rewriter([replaces_is_known](FakePacket& packet) {
      answer_update_in_ipv4(packet);
      if (!replaces_is_known) replace_all(packet.bytes, "Require: replaces", "Require: replacex");
    });
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.break_to({"2001:db8:2::2"}, 0ms);
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s));
    world_.run_for(5s);
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
    EXPECT_THAT(world_.alice.all<Reconnected>(), SizeIs(1));
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  }
  void TearDown() override {
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  SimWorld world_;
};

TEST_F(AnsweredInTheOldFamilyTest, AnotherDialogTakesThePlaceOfTheOldOne) {
  move_with(true);
  EXPECT_THAT(world_.bob.all<IncomingCall>(), SizeIs(1));
  EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
}

TEST_F(AnsweredInTheOldFamilyTest, WhoKnowsNoReplacesIsDialledAgain) {
  move_with(false);
  EXPECT_THAT(world_.bob.all<IncomingCall>(), SizeIs(2));
  EXPECT_THAT(world_.bob.all<CallEnded>(), SizeIs(1));
}

// Without Replaces there is nothing to be done: the call waits for the gap limit, and says why it ends.
TEST(BothMoveWithoutReplacesTest, TheCallIsGivenUpAfterTheGapLimit) {
  SimWorld world;
  world.network.set_rewriter(
      [](FakePacket& packet) { replace_all(packet.bytes, "Require: replaces", "Require: replacex"); });
  ASSERT_TRUE(world.register_both());
  ASSERT_TRUE(world.call_bob());
  const auto t0 = world.now();
  world.break_to({"10.2.0.7"}, 0ms);
  world.b.detach("eth0");
  world.b.attach("eth0", {"10.3.0.7"});
  world.run_for(65s);
  ASSERT_THAT(world.alice.all<Dropped>(t0), SizeIs(1));
  EXPECT_EQ(world.alice.all<Dropped>(t0).front().reason, "no way back within the gap limit");
  EXPECT_THAT(world.bob.all<Dropped>(t0), SizeIs(1));
  EXPECT_THAT(world.bob.all<IncomingCall>(), SizeIs(1));
  EXPECT_EQ(world.unrest_at_the_end(), "");
  EXPECT_EQ(world.faults(), "");
}

constexpr auto kUdp = net::Transport::udp;
constexpr auto kTcp = net::Transport::tcp;
constexpr auto kTls = net::Transport::tls;
constexpr BothMove kRows[] = {
    {"udp_v4", kUdp, "10.1.0.2", "10.2.0.7", "10.3.0.7"},
    {"udp_v6", kUdp, "2001:db8:1::2", "2001:db8:2::7", "2001:db8:3::7"},
    {"udp_to_v6", kUdp, "10.1.0.2", "2001:db8:2::7", "2001:db8:3::7"},
    {"udp_called", kUdp, "10.1.0.2", "10.2.0.7", "10.3.0.7", false},
    {"tcp_v4", kTcp, "10.1.0.2", "10.2.0.7", "10.3.0.7"},
    {"tcp_called", kTcp, "10.1.0.2", "10.2.0.7", "10.3.0.7", false},
    {"tls_v4", kTls, "10.1.0.2", "10.2.0.7", "10.3.0.7"},
    {"tls_to_v4", kTls, "2001:db8:1::2", "10.2.0.7", "10.3.0.7"},
};
INSTANTIATE_TEST_SUITE_P(Rows, BothMoveTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
