// SPDX-License-Identifier: Apache-2.0
#include "lab/link_scenarios.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace godwit::lab {
namespace {

TEST(LinkScenarios, RoamingIsAnotherSubnetOfTheSameDeviceAfterAMoment) {
  const Scenario scenario = make_link_scenario("ap-roam", 0);
  ASSERT_EQ(scenario.changes.size(), 1U);
  const PlannedChange& change = scenario.changes[0];
  EXPECT_EQ(change.from.device, change.to.device);
  EXPECT_NE(change.from.gateway, change.to.gateway);
  EXPECT_EQ(change.down_ms, 200);
  EXPECT_EQ(make_link_scenario("ap-roam", 700).changes[0].down_ms, 700);
}

TEST(LinkScenarios, SixFlipsAreSixNetworksWithinAndAcrossFamilies) {
  const Scenario scenario = make_link_scenario("six-flips", 0);
  ASSERT_EQ(scenario.changes.size(), 6U);
  const auto across = std::ranges::count_if(scenario.changes, [](const PlannedChange& change) {
    return change.from.address.family() != change.to.address.family();
  });
  EXPECT_EQ(across, 4);
  // Each with a routing table of its own: an address that is given back is the flap's business.
  std::vector<std::uint32_t> tables = {scenario.start.table};
  for (const PlannedChange& change : scenario.changes) tables.push_back(change.to.table);
  std::ranges::sort(tables);
  EXPECT_EQ(std::ranges::adjacent_find(tables), tables.end());
}

TEST(LinkScenarios, WhoPrefersAnotherNetworkMakesBeforeItBreaks) {
  EXPECT_STREQ(make_link_scenario("lte-to-wifi", 0).changes[0].kind(), "make");
  EXPECT_STREQ(make_link_scenario("dual-to-v6", 0).changes[0].kind(), "break");
}

TEST(LinkScenarios, WhatStaysWhenAnAddressLeavesWasThereBefore) {
  const Scenario scenario = make_link_scenario("dual-to-v6", 0);
  ASSERT_EQ(scenario.beside.size(), 1U);
  EXPECT_EQ(scenario.beside[0].address, scenario.changes[0].to.address);
  EXPECT_NE(scenario.beside[0].address.family(), scenario.start.address.family());
}

TEST(LinkScenarios, AWayOutOfSilenceIsThereFromTheBeginning) {
  const Scenario scenario = make_link_scenario("silent-wifi", 0);
  ASSERT_EQ(scenario.beside.size(), 1U);
  EXPECT_EQ(scenario.beside[0].address, scenario.changes[0].to.address);
}

TEST(LinkScenarios, ASleepIsTimeWithoutANetwork) {
  EXPECT_EQ(make_link_scenario("sleep-wake", 0).changes[0].down_ms, 10'000);
  EXPECT_EQ(make_link_scenario("sleep-wake", 20'000).changes[0].down_ms, 20'000);
}

TEST(LinkScenarios, OnlyOthersSeeTheOutsideOfANat) {
  const PlannedChange change = make_link_scenario("behind-nat", 0).changes.at(0);
  EXPECT_FALSE(change.to.outside.is_unspecified());
  EXPECT_NE(change.to.outside, change.to.address);
  EXPECT_TRUE(change.from.outside.is_unspecified());
}

TEST(LinkScenarios, ANatThatStartsAnewChangesNothingThatASees) {
  const Scenario scenario = make_link_scenario("nat-rebind", 0);
  const PlannedChange change = scenario.changes.at(0);
  EXPECT_EQ(change.from.address, change.to.address);
  EXPECT_EQ(change.from.device, change.to.device);
  EXPECT_NE(change.from.outside, change.to.outside);
  EXPECT_FALSE(scenario.start.outside.is_unspecified());
}

TEST(LinkScenarios, BeyondANat64ThereIsIpv4Alone) {
  const Scenario scenario = make_link_scenario("nat64", 0);
  const PlannedChange change = scenario.changes.at(0);
  EXPECT_TRUE(scenario.only_v4_beyond);
  EXPECT_FALSE(change.to.address.is_v4());
  EXPECT_TRUE(change.to.outside.is_v4());
  EXPECT_FALSE(make_link_scenario("v4-to-v6", 0).only_v4_beyond);
}

TEST(LinkScenarios, OthersAreNoneOfThem) {
  EXPECT_TRUE(make_link_scenario("wifi-to-lte", 0).name.empty());
}

}  // namespace
}  // namespace godwit::lab
