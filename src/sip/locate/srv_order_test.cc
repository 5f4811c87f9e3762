// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/srv_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> hosts(const std::vector<net::SrvRecord>& services) {
  std::vector<std::string> names;
  for (const auto& service : services) names.push_back(service.target);
  return names;
}

/// How many of 4,000 draws put this host first.
int times_first(const std::vector<net::SrvRecord>& services, const std::string& host) {
  SeededRandom random(7);
  int times = 0;
  for (int i = 0; i < 4000; ++i) {
    if (order_services(services, random).front().target == host) ++times;
  }
  return times;
}

TEST(SrvOrderTest, R5_ALowerPriorityComesFirstWhateverTheWeights) {
  SeededRandom random(1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(hosts(order_services(
                    {{20, 65535, 5060, "c"}, {10, 0, 5060, "a"}, {30, 1, 5060, "d"}}, random)),
                ElementsAre("a", "c", "d"));
  }
}

TEST(SrvOrderTest, T15_WeightsOf10And30AreDrawnOneToThree) {
  const int light = times_first({{1, 10, 5060, "light"}, {1, 30, 5060, "heavy"}}, "light");
  EXPECT_NEAR(light / 4000.0, 0.25, 0.03);
}

TEST(SrvOrderTest, T15_WeightZeroAmongOthersIsRarelyFirst) {
  const int zero = times_first({{1, 0, 5060, "zero"}, {1, 100, 5060, "heavy"}}, "zero");
  EXPECT_GT(zero, 0);
  EXPECT_LT(zero, 4000 / 20);
}

TEST(SrvOrderTest, WithoutWeightsEverybodyGetsAShare) {
  const int first = times_first({{1, 0, 5060, "a"}, {1, 0, 5060, "b"}}, "a");
  EXPECT_NEAR(first / 4000.0, 0.5, 0.03);
}

TEST(SrvOrderTest, EveryRecordIsThereOnce) {
  SeededRandom random(3);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(
        hosts(order_services(
            {{1, 5, 1, "a"}, {1, 0, 1, "b"}, {1, 50, 1, "c"}, {0, 7, 1, "d"}, {1, 0, 1, "e"}},
            random)),
        ::testing::AllOf(::testing::UnorderedElementsAre("a", "b", "c", "d", "e"),
                         ::testing::Contains("d")));
  }
}

TEST(SrvOrderTest, T14_ADotSaysThatThereIsNoService) {
  SeededRandom random(1);
  EXPECT_THAT(order_services({{0, 0, 0, ""}}, random), IsEmpty());
}

TEST(SrvOrderTest, HoldsItsLimitAndLeavesOutTheWorst) {
  for (const std::size_t count : {limits::kTargets, limits::kTargets + 1, limits::kTargets * 10}) {
    std::vector<net::SrvRecord> services;
    for (std::size_t i = 0; i < count; ++i) {
      services.push_back({static_cast<std::uint16_t>(count - i), 1, 5060, std::to_string(i)});
    }
    SeededRandom random(1);
    const auto ordered = order_services(services, random);
    ASSERT_EQ(ordered.size(), limits::kTargets);
    EXPECT_EQ(ordered.front().priority, 1);
    EXPECT_EQ(ordered.back().priority, limits::kTargets);
  }
}

}  // namespace
}  // namespace godwit::sip
