// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kWifi4 = "10.1.0.2";
constexpr const char* kLte4 = "10.2.0.2";
constexpr const char* kLte6 = "2001:db8:2::2";

/// Networks that do not change in one clean step.
class RoughNetworkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(1s);
  }
  void TearDown() override {
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  void expect_talking() {
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
  }
  void expect_bound_at(const char* address) {
    const auto bindings = world_.server.bindings("alice");
    ASSERT_THAT(bindings, SizeIs(1));
    EXPECT_THAT(bindings.front(), HasSubstr(address));
  }
  void expect_each_move_ended_once() {
    EXPECT_EQ(world_.alice.all<Reconnecting>().size(),
              world_.alice.all<Reconnected>().size() + world_.alice.all<Dropped>().size());
  }

  SimWorld world_;
};

TEST_F(RoughNetworkTest, ChangeEvery300MillisecondsForTenSeconds) {
  for (int i = 0; i < 33; ++i) {
    const bool to_lte = i % 2 == 0;
    world_.a.detach(to_lte ? "wifi0" : "lte0");
    world_.a.attach(to_lte ? "lte0" : "wifi0", {to_lte ? (i % 4 == 0 ? kLte4 : kLte6) : kWifi4});
    world_.run_for(300ms);
  }
  world_.run_for(5s);
  expect_talking();
  expect_bound_at(kLte4);
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, ChangeEveryFortyMilliseconds) {
  // Faster than any answer: nothing may pile up, and the last network is the one that counts.
  for (int i = 0; i < 51; ++i) {
    const bool to_lte = i % 2 == 0;
    world_.a.detach(to_lte ? "wifi0" : "lte0");
    world_.a.attach(to_lte ? "lte0" : "wifi0", {to_lte ? kLte4 : kWifi4});
    world_.run_for(40ms);
  }
  world_.run_for(5s);
  expect_talking();
  expect_bound_at(kLte4);
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, NewAddressIsTentativeForTwoSeconds) {
  const auto t0 = world_.now();
  world_.a.attach("lte0", {kLte6});
  world_.a.mark(kLte6, true, false);
  world_.a.detach("wifi0");
  world_.run_for(2s);
  EXPECT_EQ(world_.sent("alice", "REGISTER", t0), 0U);
  world_.a.mark(kLte6, false, false);
  world_.run_for(2s);
  expect_talking();
  expect_bound_at(kLte6);
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, LinkIsUpForASecondBeforeItHasARoute) {
  const auto t0 = world_.now();
  world_.a.detach("wifi0");
  world_.a.set_up("lte0", true);
  world_.a.add_address("lte0", kLte4);
  world_.run_for(1s);
  EXPECT_EQ(world_.sent("alice", "REGISTER", t0), 0U) << "nothing is sent into the void";
  world_.a.add_default_route("lte0", net::Family::v4, 100);
  world_.run_for(2s);
  expect_talking();
  expect_bound_at(kLte4);
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, RouteGoesAndComesBackUnderTheSameAddress) {
  const auto t0 = world_.now();
  world_.a.remove_default_route("wifi0", net::Family::v4);
  world_.run_for(2s);
  world_.a.add_default_route("wifi0", net::Family::v4, 100);
  world_.run_for(2s);
  expect_talking();
  EXPECT_EQ(world_.sent("alice", "UPDATE", t0) + world_.sent("alice", "INVITE", t0), 0U);
  expect_bound_at(kWifi4);
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, AddressIsReplacedOnTheSameInterface) {
  world_.a.add_address("wifi0", "10.1.0.77");
  world_.run_for(100ms);
  world_.a.remove_address(kWifi4);
  world_.run_for(2s);
  expect_talking();
  expect_bound_at("10.1.0.77");
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, SecondFamilyComesAndTheFirstGoesLater) {
  const auto t0 = world_.now();
  world_.a.attach("wifi0", {"2001:db8:1::2"});
  world_.run_for(2s);
  EXPECT_THAT(world_.alice.all<Reconnecting>(t0), IsEmpty()) << "what works stays in its family";
  world_.a.remove_address(kWifi4);
  world_.run_for(2s);
  expect_talking();
  expect_bound_at("2001:db8:1::2");
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, NewLinkLosesEverythingForThreeSeconds) {
  world_.a.set_link("lte0", {.delay = 25ms, .loss = 1});
  world_.break_to({kLte4}, 0ms);
  world_.run_for(3s);
  world_.a.set_link("lte0", {.delay = 25ms});
  world_.run_for(5s);
  expect_talking();
  expect_bound_at(kLte4);
  expect_each_move_ended_once();
}

TEST_F(RoughNetworkTest, PeerMovesTooTwoSecondsLater) {
  world_.break_to({kLte6}, 0ms);
  world_.run_for(2s);
  world_.b.detach("eth0");
  world_.b.attach("eth0", {"2001:db8:33::2"});
  world_.run_for(3s);
  expect_talking();
  EXPECT_THAT(world_.bob.all<Reconnected>(), SizeIs(1));
  EXPECT_THAT(world_.server.bindings("bob"), SizeIs(1));
}

}  // namespace
}  // namespace godwit::test
