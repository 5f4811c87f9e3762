// SPDX-License-Identifier: Apache-2.0
#include "lab/scenario.h"

#include <gtest/gtest.h>

#include "lab/lab.h"

namespace godwit::lab {
namespace {

TEST(Scenario, EachOneListedCanBeMade) {
  for (const ScenarioSummary& summary : list_scenarios()) {
    const Scenario scenario = make_scenario(std::string(summary.name), 0);
    ASSERT_EQ(scenario.name, summary.name);
    if (scenario.course != Course::moves) continue;
    ASSERT_FALSE(scenario.changes.empty()) << summary.name;
    EXPECT_EQ(scenario.changes.front().from.address, scenario.start.address) << summary.name;
  }
  EXPECT_TRUE(make_scenario("teleport", 0).name.empty());
}

TEST(Scenario, EachChangeStartsWhereTheLastOneEnded) {
  for (const ScenarioSummary& summary : list_scenarios()) {
    const Scenario scenario = make_scenario(std::string(summary.name), 0);
    for (std::size_t i = 1; i < scenario.changes.size(); ++i) {
      EXPECT_EQ(scenario.changes[i].from.address, scenario.changes[i - 1].to.address);
    }
  }
}

TEST(Scenario, WifiToLteWalksThroughBothFamilies) {
  const Scenario scenario = make_scenario("wifi-to-lte", 500);
  ASSERT_EQ(scenario.changes.size(), 3U);
  EXPECT_TRUE(scenario.changes[0].from.address.is_v4() && scenario.changes[0].to.address.is_v4());
  EXPECT_FALSE(scenario.changes[1].to.address.is_v4());
  EXPECT_TRUE(scenario.changes[2].to.address.is_v4());
  for (const PlannedChange& change : scenario.changes) {
    EXPECT_EQ(change.down_ms, 500);
    EXPECT_STREQ(change.kind(), "break");
  }
}

TEST(Scenario, CatchUpLastsAsLongAsSpeechNeedsToBeInTimeAgain) {
  const Scenario scenario = make_scenario("catch-up", 0);
  ASSERT_EQ(scenario.changes.size(), 1U);
  EXPECT_TRUE(scenario.catch_up);
  EXPECT_EQ(scenario.changes[0].down_ms, 1500);
  EXPECT_GE(scenario.talk_after_ms, 3000 + 5 * 1500);
  EXPECT_FALSE(make_scenario("flap", 0).catch_up);
}

}  // namespace
}  // namespace godwit::lab
