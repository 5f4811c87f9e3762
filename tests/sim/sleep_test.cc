// SPDX-License-Identifier: Apache-2.0
// A phone sleeps with a call up, and wakes where it was or elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <tuple>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// By what signalling goes, and whether another network is there when it wakes.
class SleepTest : public ::testing::TestWithParam<std::tuple<net::Transport, bool>> {
 protected:
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_by = std::get<0>(GetParam());
    return options;
  }
  /// A call is up, and she sleeps.
  void sleep_in_a_call(Duration span) {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(2s);
    world_.alice.sleep(span);
    if (std::get<1>(GetParam())) world_.break_to({"10.2.0.2"}, span / 2);
    const auto fell_asleep = world_.now();
    world_.run_for(span);
    EXPECT_EQ(world_.bob.ear().heard(kAliceTone, fell_asleep + 300ms, world_.now()), 0U);
  }
  void expect_the_call_to_go_on() {
    world_.run_for(3s);
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  }

  SimWorld world_{options()};
};

INSTANTIATE_TEST_SUITE_P(Transports, SleepTest,
                         ::testing::Combine(::testing::Values(net::Transport::udp, net::Transport::tcp,
                                                              net::Transport::tls),
                                            ::testing::Bool()),
                         [](const auto& row) {
                           return std::string(to_string(std::get<0>(row.param))) +
                                  (std::get<1>(row.param) ? "_wakes_elsewhere" : "_wakes_there");
                         });

TEST_P(SleepTest, ASecondIsHardlyNoticed) {
  sleep_in_a_call(1s);
  expect_the_call_to_go_on();
}

TEST_P(SleepTest, AfterAMinuteTheCallGoesOn) {
  sleep_in_a_call(60s);
  expect_the_call_to_go_on();
}

// Nobody has refreshed the session meanwhile (RFC 4028 section 10): the far end has hung up, once, and so does she.
TEST_P(SleepTest, AfterAnHourTheCallIsOverAndSheIsRegistered) {
  sleep_in_a_call(1h);
  world_.run_for(60s);
  EXPECT_THAT(world_.bob.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  const auto told = world_.alice.last<RegistrationChanged>();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->state, RegistrationState::registered);
  EXPECT_TRUE(world_.call_bob()) << "and the next call is like any other";
}

}  // namespace
}  // namespace godwit::test
