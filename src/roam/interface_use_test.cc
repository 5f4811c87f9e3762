// SPDX-License-Identifier: Apache-2.0
#include "roam/interface_use.h"

#include <gtest/gtest.h>

namespace godwit::roam {
namespace {

TEST(InterfaceClass, IsReadFromTheName) {
  EXPECT_EQ(class_of("enp3s0"), InterfaceClass::ethernet);
  EXPECT_EQ(class_of("eth0"), InterfaceClass::ethernet);
  EXPECT_EQ(class_of("wlp2s0"), InterfaceClass::wifi);
  EXPECT_EQ(class_of("wwan0"), InterfaceClass::cellular);
  EXPECT_EQ(class_of("rmnet_data1"), InterfaceClass::cellular);
  EXPECT_EQ(class_of("wg0"), InterfaceClass::vpn);
  EXPECT_EQ(class_of("veth7"), InterfaceClass::other);
  EXPECT_EQ(class_of(""), InterfaceClass::other);
}

TEST(InterfaceClass, HasAName) {
  EXPECT_EQ(to_string(InterfaceClass::ethernet), "ethernet");
  EXPECT_EQ(to_string(InterfaceClass::wifi), "wifi");
  EXPECT_EQ(to_string(InterfaceClass::cellular), "cellular");
  EXPECT_EQ(to_string(InterfaceClass::vpn), "vpn");
  EXPECT_EQ(to_string(InterfaceClass::other), "other");
}

TEST(InterfacePattern, IsAClassANameOrTheBeginningOfOne) {
  EXPECT_TRUE(matches("wifi", "wlan0"));
  EXPECT_TRUE(matches("wlan0", "wlan0"));
  EXPECT_TRUE(matches("wl*", "wlan0"));
  EXPECT_TRUE(matches("*", "anything"));
  EXPECT_FALSE(matches("wlan", "wlan0"));
  EXPECT_FALSE(matches("wifi", "lte0"));
  EXPECT_FALSE(matches("", "wlan0"));
}

TEST(InterfaceUse, WithoutRulesIsByClass) {
  const NetworkPolicy policy;
  EXPECT_EQ(use_of("wlan0", policy), InterfaceUse::prefer);
  EXPECT_EQ(use_of("eth0", policy), InterfaceUse::prefer);
  EXPECT_EQ(use_of("lte0", policy), InterfaceUse::standby);
  EXPECT_EQ(use_of("wg0", policy), InterfaceUse::last_resort);
}

TEST(InterfaceUse, IsTheFirstRuleThatMatches) {
  NetworkPolicy policy;
  policy.interfaces = {{"wlan1", InterfaceUse::never}, {"wifi", InterfaceUse::standby}};
  EXPECT_EQ(use_of("wlan1", policy), InterfaceUse::never);
  EXPECT_EQ(use_of("wlan0", policy), InterfaceUse::standby);
  EXPECT_EQ(use_of("eth0", policy), InterfaceUse::prefer);
}

TEST(InterfaceUse, OfAMeteredOneIsTheLastResortUnlessARuleSaysMore) {
  NetworkPolicy policy;
  policy.metered = {"wl*", "lte0"};
  policy.interfaces = {{"lte0", InterfaceUse::standby}};
  EXPECT_EQ(use_of("wlan0", policy), InterfaceUse::last_resort);
  EXPECT_EQ(use_of("lte0", policy), InterfaceUse::standby);
}

TEST(InterfaceUse, KeepsWarmWhatIsPreferredOrStandsBy) {
  EXPECT_TRUE(is_kept_warm(InterfaceUse::prefer));
  EXPECT_TRUE(is_kept_warm(InterfaceUse::standby));
  EXPECT_FALSE(is_kept_warm(InterfaceUse::last_resort));
  EXPECT_FALSE(is_kept_warm(InterfaceUse::never));
}

}  // namespace
}  // namespace godwit::roam
