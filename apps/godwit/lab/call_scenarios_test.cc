// SPDX-License-Identifier: Apache-2.0
#include "lab/call_scenarios.h"

#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

TEST(CallScenarios, ACallIsHeldThroughTheChangesOfWifiToLte) {
  const Scenario held = make_scenario("hold", 300);
  EXPECT_EQ(held.state, CallState::held);
  ASSERT_EQ(held.changes.size(), make_scenario("wifi-to-lte", 0).changes.size());
  EXPECT_EQ(held.changes[1].down_ms, 300);
  EXPECT_EQ(make_scenario("mid-offer", 0).state, CallState::offering);
}

TEST(CallScenarios, ACallRingsOnce) {
  EXPECT_EQ(make_scenario("ringing-in", 0).state, CallState::ringing_in);
  EXPECT_EQ(make_scenario("ringing-out", 0).state, CallState::ringing_out);
  EXPECT_EQ(make_scenario("ringing-out", 0).changes.size(), 1U);
}

TEST(CallScenarios, BothEndsMoveOnce) {
  const Scenario both = make_scenario("both-move", 0);
  ASSERT_EQ(both.changes.size(), 1U);
  EXPECT_TRUE(both.changes[0].peer_too);
  EXPECT_FALSE(make_scenario("wifi-to-lte", 0).changes[0].peer_too);
  EXPECT_EQ(make_scenario("trunk-dual-wan", 0).course, Course::trunk);
}

TEST(CallScenarios, OthersAreNoneOfThem) {
  EXPECT_TRUE(make_call_scenario("flap", 0).name.empty());
  EXPECT_EQ(make_scenario("flap", 0).state, CallState::talking);
}

}  // namespace
}  // namespace godwit::lab
