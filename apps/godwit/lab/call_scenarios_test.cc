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

TEST(CallScenarios, OthersAreNoneOfThem) {
  EXPECT_TRUE(make_call_scenario("flap", 0).name.empty());
  EXPECT_EQ(make_scenario("flap", 0).state, CallState::talking);
}

}  // namespace
}  // namespace godwit::lab
