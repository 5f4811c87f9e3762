// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/destination_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/random.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "2001:db8::1 from 2001:db8::2" or, without a way there, "2001:db8::1".
Destination destination(const std::string& text) {
  const auto from = text.find(" from ");
  Destination made{net::IpAddress::parse(text.substr(0, from)).value(), std::nullopt};
  if (from != std::string::npos) made.source = net::IpAddress::parse(text.substr(from + 6)).value();
  return made;
}

std::vector<std::string> order(const std::vector<std::string>& texts,
                               FamilyUse use = FamilyUse::any) {
  std::vector<Destination> destinations;
  for (const auto& text : texts) destinations.push_back(destination(text));
  std::vector<std::string> ordered;
  for (const auto& address : order_destinations(destinations, use)) {
    ordered.push_back(to_string(address));
  }
  return ordered;
}

// RFC 6724 §10.2, the examples that sort by what is known here.

TEST(DestinationOrderTest, MatchingScopeComesBeforeANewerProtocol) {
  EXPECT_THAT(order({"2001:db8:1::1 from fe80::1", "198.51.100.121 from 198.51.100.117"}),
              ElementsAre("198.51.100.121", "2001:db8:1::1"));
}

TEST(DestinationOrderTest, PrecedencePutsIpv6First) {
  EXPECT_THAT(order({"198.51.100.121 from 169.254.13.78", "2001:db8:1::1 from 2001:db8:1::2"}),
              ElementsAre("2001:db8:1::1", "198.51.100.121"));
  EXPECT_THAT(order({"10.1.2.3 from 10.1.2.4", "2001:db8:1::1 from 2001:db8:1::2"}),
              ElementsAre("2001:db8:1::1", "10.1.2.3"));
}

TEST(DestinationOrderTest, SmallerScopeComesFirst) {
  EXPECT_THAT(order({"2001:db8:1::1 from 2001:db8:1::2", "fe80::1 from fe80::2"}),
              ElementsAre("fe80::1", "2001:db8:1::1"));
}

TEST(DestinationOrderTest, LongestCommonPrefixDecidesWithinIpv6) {
  EXPECT_THAT(order({"2001:db8:3ffe::1 from 2001:db8:1::2", "2001:db8:1::1 from 2001:db8:1::2"}),
              ElementsAre("2001:db8:1::1", "2001:db8:3ffe::1"));
}

TEST(DestinationOrderTest, CommonPrefixEndsWhereInterfacesBegin) {
  EXPECT_THAT(order({"2001:db8::8000:1 from 2001:db8::1", "2001:db8::1:1 from 2001:db8::1"}),
              ElementsAre("2001:db8::8000:1", "2001:db8::1:1"));
}

TEST(DestinationOrderTest, CommonPrefixSaysNothingOfIpv4) {
  EXPECT_THAT(order({"203.0.113.1 from 198.51.100.7", "198.51.100.1 from 198.51.100.7"}),
              ElementsAre("203.0.113.1", "198.51.100.1"));
}

TEST(DestinationOrderTest, MatchingLabelComesFirst) {
  EXPECT_THAT(
      order({"2001:db8:1::1 from 2002:c633:6401::2", "2002:c633:6401::1 from 2002:c633:6401::2"}),
      ElementsAre("2002:c633:6401::1", "2001:db8:1::1"));
  EXPECT_THAT(
      order({"2002:c633:6401::1 from 2002:c633:6401::2", "2001:db8:1::1 from 2001:db8:1::2"}),
      ElementsAre("2001:db8:1::1", "2002:c633:6401::1"));
}

TEST(DestinationOrderTest, CommonPrefixEndsAtTheFirstDifference) {
  EXPECT_THAT(order({"2001:db8:fe00::1 from 2001:db8:ff00::2",
                     "2001:db8:ff00:8000::1 from 2001:db8:ff00::2"}),
              ElementsAre("2001:db8:ff00:8000::1", "2001:db8:fe00::1"));
}

TEST(DestinationOrderTest, ATunnelledSourceComesAfterANativeOne) {
  // Neither label matches, and both precedences are the same.
  EXPECT_THAT(order({"2001:db8::1 from 2002:1::7", "2001:db8::2 from fd00::7"}),
              ElementsAre("2001:db8::2", "2001:db8::1"));
}

TEST(DestinationOrderTest, AddressesOfFormerTimesComeAfterIpv4) {
  for (const std::string block : {"::", "fec0::", "3ffe::"}) {
    const auto v6 = block + "102:304";
    EXPECT_THAT(order({v6 + " from " + block + "506:708", "198.51.100.1 from 10.0.0.2"}),
                ElementsAre("198.51.100.1", v6))
        << block;
  }
}

TEST(DestinationOrderTest, ASiteIsNearerThanTheWorld) {
  EXPECT_THAT(order({"3ffe::1 from 3ffe::7", "fec0::1 from fec0::7"}),
              ElementsAre("fec0::1", "3ffe::1"));
}

TEST(DestinationOrderTest, LoopbackIsNearerThanAnythingElse) {
  EXPECT_THAT(order({"192.0.2.1 from 10.0.0.2", "127.0.0.1 from 127.0.0.1"}),
              ElementsAre("127.0.0.1", "192.0.2.1"));
}

TEST(DestinationOrderTest, TunnelsComeAfterIpv4) {
  EXPECT_THAT(order({"2001::1 from 2001::2", "198.51.100.1 from 10.0.0.2"}),
              ElementsAre("198.51.100.1", "2001::1"));
  EXPECT_THAT(order({"2002:c633:6401::1 from 2002:c633:6401::2", "198.51.100.1 from 10.0.0.2"}),
              ElementsAre("198.51.100.1", "2002:c633:6401::1"));
}

TEST(DestinationOrderTest, T3_BothFamiliesWorkAndIpv6ComesFirst) {
  EXPECT_THAT(order({"192.0.2.1 from 192.0.2.7", "2001:db8::1 from 2001:db8::7"}),
              ElementsAre("2001:db8::1", "192.0.2.1"));
}

TEST(DestinationOrderTest, T3_BothFamiliesWorkAndIpv4IsPreferred) {
  EXPECT_THAT(
      order({"2001:db8::1 from 2001:db8::7", "192.0.2.1 from 192.0.2.7"}, FamilyUse::prefer_v4),
      ElementsAre("192.0.2.1", "2001:db8::1"));
}

TEST(DestinationOrderTest, T4_AHostWithOnlyLinkLocalIpv6StartsWithIpv4) {
  EXPECT_THAT(order({"2001:db8::1", "192.0.2.1 from 192.0.2.7"}), ElementsAre("192.0.2.1"));
  EXPECT_THAT(order({"2001:db8::1 from fe80::7", "2001:db8::2 from fe80::7",
                     "192.0.2.1 from 192.0.2.7", "192.0.2.2 from 192.0.2.7"}),
              ElementsAre("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"));
}

TEST(DestinationOrderTest, T4_APreferenceForIpv6DoesNotMakeALinkLocalSourceWork) {
  EXPECT_THAT(order({"2001:db8::1 from fe80::7", "192.0.2.1 from 192.0.2.7"}, FamilyUse::prefer_v6),
              ElementsAre("192.0.2.1", "2001:db8::1"));
}

TEST(DestinationOrderTest, T5_AUniqueLocalSourceDoesNotReachTheInternetBeforeIpv4Does) {
  EXPECT_THAT(order({"2001:db8::1 from fd12:3456:789a::7", "192.0.2.1 from 192.168.1.7"}),
              ElementsAre("192.0.2.1", "2001:db8::1"));
}

TEST(DestinationOrderTest, UniqueLocalServersOfTheOwnSiteComeAfterIpv4AsTheTableSays) {
  EXPECT_THAT(order({"fd12:3456:789a::1 from fd12:3456:789a::7", "192.0.2.1 from 192.168.1.7"}),
              ElementsAre("192.0.2.1", "fd12:3456:789a::1"));
}

TEST(DestinationOrderTest, R8_FamiliesTakeTurns) {
  EXPECT_THAT(order({"192.0.2.1 from 192.0.2.7", "192.0.2.2 from 192.0.2.7",
                     "2001:db8::1 from 2001:db8::7", "2001:db8::2 from 2001:db8::7",
                     "2001:db8::3 from 2001:db8::7", "192.0.2.3 from 192.0.2.7"}),
              ElementsAre("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3",
                          "192.0.2.3"));
}

TEST(DestinationOrderTest, R8_WhatIsLeftOfOneFamilyFollows) {
  EXPECT_THAT(order({"2001:db8::1 from 2001:db8::7", "2001:db8::2 from 2001:db8::7",
                     "2001:db8::3 from 2001:db8::7", "192.0.2.1 from 192.0.2.7"}),
              ElementsAre("2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"));
}

TEST(DestinationOrderTest, EqualOnesStayAsDnsGaveThem) {
  EXPECT_THAT(
      order({"192.0.2.9 from 192.0.2.7", "192.0.2.1 from 192.0.2.7", "192.0.2.5 from 192.0.2.7"}),
      ElementsAre("192.0.2.9", "192.0.2.1", "192.0.2.5"));
}

TEST(DestinationOrderTest, AnAddressIsThereOnce) {
  EXPECT_THAT(order({"192.0.2.9 from 192.0.2.7", "192.0.2.9 from 192.0.2.7"}),
              ElementsAre("192.0.2.9"));
}

TEST(DestinationOrderTest, ADeprecatedSourceTakesNothingNewWhileAnotherIsThere) {
  auto v6 = destination("2001:db8::1 from 2001:db8::7");
  const auto v4 = destination("192.0.2.1 from 192.0.2.7");
  v6.deprecated = true;
  for (const auto use : {FamilyUse::any, FamilyUse::prefer_v6}) {
    EXPECT_THAT(order_destinations({v6, v4}, use), ElementsAre(v4.address, v6.address));
  }
  EXPECT_THAT(order_destinations({v6}, FamilyUse::any), ElementsAre(v6.address));
}

TEST(DestinationOrderTest, NothingIsMadeOfNothing) {
  EXPECT_THAT(order({}), IsEmpty());
  EXPECT_THAT(order({"2001:db8::1", "192.0.2.1"}), IsEmpty());
}

TEST(DestinationOrderTest, LoopbackIsReachedFromLoopback) {
  EXPECT_THAT(order({"127.0.0.1 from 127.0.0.1", "::1 from ::1"}), ElementsAre("::1", "127.0.0.1"));
}

// F47: mode x network -> the families tried, in order.

struct ModeRow {
  std::string network;
  FamilyUse use;
  std::vector<std::string> families;
};

class FamilyModeTest : public ::testing::TestWithParam<ModeRow> {};

TEST_P(FamilyModeTest, F47_DecidesTheFamiliesTried) {
  const std::map<std::string, std::vector<std::string>> networks{
      {"v4", {"2001:db8::1", "192.0.2.1 from 10.0.0.7"}},
      {"v6", {"2001:db8::1 from 2001:db8::7", "192.0.2.1"}},
      {"dual", {"2001:db8::1 from 2001:db8::7", "192.0.2.1 from 10.0.0.7"}},
      {"clat", {"2001:db8::1 from 2001:db8::7", "192.0.2.1 from 192.0.0.4"}},
      {"ula", {"2001:db8::1 from fd00::7", "192.0.2.1 from 10.0.0.7"}},
      {"none", {"2001:db8::1", "192.0.2.1"}},
  };
  std::vector<std::string> families;
  for (const auto& text : order(networks.at(GetParam().network), GetParam().use)) {
    families.emplace_back(text.find(':') == std::string::npos ? "v4" : "v6");
  }
  EXPECT_EQ(families, GetParam().families);
}

INSTANTIATE_TEST_SUITE_P(
    Modes, FamilyModeTest,
    ::testing::Values(
        ModeRow{"v4", FamilyUse::any, {"v4"}}, ModeRow{"v4", FamilyUse::prefer_v4, {"v4"}},
        ModeRow{"v4", FamilyUse::prefer_v6, {"v4"}}, ModeRow{"v4", FamilyUse::only_v4, {"v4"}},
        ModeRow{"v4", FamilyUse::only_v6, {}}, ModeRow{"v6", FamilyUse::any, {"v6"}},
        ModeRow{"v6", FamilyUse::prefer_v4, {"v6"}}, ModeRow{"v6", FamilyUse::prefer_v6, {"v6"}},
        ModeRow{"v6", FamilyUse::only_v4, {}}, ModeRow{"v6", FamilyUse::only_v6, {"v6"}},
        ModeRow{"dual", FamilyUse::any, {"v6", "v4"}},
        ModeRow{"dual", FamilyUse::prefer_v4, {"v4", "v6"}},
        ModeRow{"dual", FamilyUse::prefer_v6, {"v6", "v4"}},
        ModeRow{"dual", FamilyUse::only_v4, {"v4"}}, ModeRow{"dual", FamilyUse::only_v6, {"v6"}},
        ModeRow{"clat", FamilyUse::any, {"v6", "v4"}},
        ModeRow{"clat", FamilyUse::prefer_v4, {"v4", "v6"}},
        ModeRow{"clat", FamilyUse::only_v4, {"v4"}}, ModeRow{"ula", FamilyUse::any, {"v4", "v6"}},
        ModeRow{"ula", FamilyUse::prefer_v6, {"v6", "v4"}}, ModeRow{"none", FamilyUse::any, {}}));

// Whatever comes in: nothing is lost or made up, and no family waits for the other to end.
TEST(DestinationOrderTest, IsAPermutationOfWhatHasAWayForAnyInput) {
  const std::vector<std::string> pool{"2001:db8::1 from 2001:db8::7",
                                      "2001:db8:9::1 from 2001:db8::7",
                                      "fe80::1 from fe80::7",
                                      "fd00::1 from fd00::7",
                                      "2002:1::1 from 2001:db8::7",
                                      "2001::9 from fe80::7",
                                      "192.0.2.1 from 10.0.0.7",
                                      "192.0.2.2 from 169.254.0.7",
                                      "169.254.0.1 from 169.254.0.7",
                                      "::1 from ::1",
                                      "198.51.100.1",
                                      "2001:db8::2"};
  SeededRandom random(6724);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::string> texts;
    std::vector<std::string> reachable;
    for (const auto& text : pool) {
      if (random.below(2) == 0) continue;
      texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(random.below(texts.size() + 1)),
                   text);
      const auto from = text.find(" from ");
      if (from != std::string::npos) reachable.push_back(text.substr(0, from));
    }
    EXPECT_THAT(order(texts), ::testing::UnorderedElementsAreArray(reachable));
  }
}

}  // namespace
}  // namespace godwit::sip
