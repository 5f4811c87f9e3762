// SPDX-License-Identifier: Apache-2.0
// The server of a call is elsewhere, as DNS says, or it answers calls and no registrations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kNewPlace = "10.9.0.9";

class MovedServerTest : public ::testing::TestWithParam<net::Transport> {
 protected:
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_by = GetParam();
    return options;
  }
  void start_call() {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(2s);
  }
  /// DNS says so at once, and nobody is at the old address any more.
  void server_moves() {
    for (const char* const host : {"example.test", "sip.example.test"}) {
      world_.network.move_name(host, kNewPlace);
    }
    const auto held = world_.server_host.snapshot({});
    for (const auto& interface : held.interfaces) {
      for (const auto& entry : interface.addresses) {
        world_.server_host.remove_address(net::to_string(entry.address));
      }
    }
    world_.server_host.add_address(held.interfaces.front().name, kNewPlace);
  }
  void expect_the_call_to_go_on() {
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
  }

  SimWorld world_{options()};
};

INSTANTIATE_TEST_SUITE_P(Transports, MovedServerTest,
                         ::testing::Values(net::Transport::udp, net::Transport::tcp, net::Transport::tls),
                         [](const auto& row) { return std::string(to_string(row.param)); });

// At the old address nothing says that nobody is there: requests time out first (RFC 3261 section 17.1.2.2, timer F).
TEST_P(MovedServerTest, ARegistrationFindsItWhereDnsSaysNow) {
  start_call();
  server_moves();
  world_.break_to({"10.2.0.2"}, 100ms);
  world_.run_for(40s);
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

// Calls need no binding: the far end answers by the proxy that the dialog goes through.
TEST_P(MovedServerTest, ACallMovesThoughNoRegistrationIsAnswered) {
  start_call();
  world_.server.judge_by([](const sip::Message& message) {
    const bool registers = message.method() == sip::Method::register_;
    return registers ? Fate{.kind = Fate::Kind::lost} : Fate{};
  });
  const auto since = world_.now();
  world_.break_to({"10.2.0.2"}, 100ms);
  world_.run_for(3s);
  expect_the_call_to_go_on();
  EXPECT_THAT(world_.alice.all<Reconnected>(since), SizeIs(1));
  world_.run_for(60s);
  expect_the_call_to_go_on();
  world_.server.judge_by({});
  world_.run_for(120s);
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  expect_the_call_to_go_on();
}

}  // namespace
}  // namespace godwit::test
