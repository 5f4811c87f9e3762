// SPDX-License-Identifier: Apache-2.0
#include "roam/uplinks.h"

#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/snapshot_builder.h"

namespace godwit::roam {
namespace {

using net::Family;
using net::Uplink;
using test::ip;
using test::Mark;
using test::SnapshotBuilder;

const std::vector<Family> kBoth{Family::v4, Family::v6};

// Wi-Fi and LTE, both with both families.
SnapshotBuilder two_networks() {
  return SnapshotBuilder()
      .has("wlan0", "10.1.0.2")
      .has("wlan0", "2001:db8:1::2")
      .has("wlan0", "fe80::1")
      .has("lte0", "10.2.0.2")
      .has("lte0", "2001:db8:2::2")
      .default_via("wlan0", "10.1.0.1", 600)
      .default_via("wlan0", "fe80::11", 600)
      .default_via("lte0", "10.2.0.1", 700)
      .default_via("lte0", "fe80::22", 700);
}

TEST(UplinkOf, IsInterfaceAndFamilyOfAnAddress) {
  const net::NetworkSnapshot network = two_networks();
  EXPECT_EQ(uplink_of(ip("10.2.0.2"), network), (Uplink{"lte0", Family::v4}));
  EXPECT_EQ(uplink_of(ip("2001:db8:1::2"), network), (Uplink{"wlan0", Family::v6}));
  EXPECT_EQ(uplink_of(ip("192.0.2.1"), network), std::nullopt);
}

TEST(AddressOf, IsOneThatFarHostsCanAnswerTo) {
  const net::NetworkSnapshot network = two_networks();
  EXPECT_EQ(address_of({"wlan0", Family::v6}, network), ip("2001:db8:1::2"));
  EXPECT_EQ(address_of({"lte0", Family::v4}, network), ip("10.2.0.2"));
  EXPECT_EQ(address_of({"eth0", Family::v4}, network), std::nullopt);
}

TEST(AddressOf, IsNoneThatGoesWhileAnotherStays) {
  const net::NetworkSnapshot network = SnapshotBuilder()
                                           .has("lte0", "2001:db8:2::2", Mark::deprecated)
                                           .has("lte0", "2001:db8:2::3")
                                           .has("lte0", "2001:db8:2::4", Mark::tentative);
  EXPECT_EQ(address_of({"lte0", Family::v6}, network), ip("2001:db8:2::3"));
}

TEST(WarmUplinks, AreAllOthersTheOtherInterfaceFirst) {
  const auto warm = warm_uplinks(two_networks(), {}, kBoth, {"wlan0", Family::v6});
  EXPECT_EQ(warm, (std::vector<Uplink>{
                      {"lte0", Family::v4}, {"lte0", Family::v6}, {"wlan0", Family::v4}}));
}

TEST(WarmUplinks, AreInTheFamiliesOfTheServer) {
  const auto warm = warm_uplinks(two_networks(), {}, {Family::v6}, {"wlan0", Family::v6});
  EXPECT_EQ(warm, (std::vector<Uplink>{{"lte0", Family::v6}}));
}

TEST(WarmUplinks, AreNotThoseThatCostTooMuch) {
  NetworkPolicy policy;
  policy.interfaces = {{"lte0", InterfaceUse::last_resort}};
  EXPECT_EQ(warm_uplinks(two_networks(), policy, {Family::v4}, {"wlan0", Family::v4}),
            std::vector<Uplink>{});
  policy.interfaces = {{"wifi", InterfaceUse::never}};
  EXPECT_EQ(warm_uplinks(two_networks(), policy, {Family::v4}, {"lte0", Family::v4}),
            std::vector<Uplink>{});
}

TEST(WarmUplinks, NeedAnAddressAndADefaultRoute) {
  const net::NetworkSnapshot no_route =
      SnapshotBuilder().has("wlan0", "10.1.0.2").has("lte0", "10.2.0.2");
  EXPECT_EQ(warm_uplinks(no_route, {}, kBoth, {"wlan0", Family::v4}), std::vector<Uplink>{});
  const net::NetworkSnapshot no_address = SnapshotBuilder()
                                              .has("wlan0", "10.1.0.2")
                                              .up("lte0")
                                              .default_via("lte0", "10.2.0.1");
  EXPECT_EQ(warm_uplinks(no_address, {}, kBoth, {"wlan0", Family::v4}), std::vector<Uplink>{});
}

TEST(WarmUplinks, GoByUseThenByMetric) {
  const net::NetworkSnapshot network = SnapshotBuilder()
                                           .has("wlan0", "10.1.0.2")
                                           .has("lte0", "10.2.0.2")
                                           .has("eth0", "10.3.0.2")
                                           .has("eth1", "10.4.0.2")
                                           .default_via("wlan0", "10.1.0.1", 10)
                                           .default_via("lte0", "10.2.0.1", 20)
                                           .default_via("eth0", "10.3.0.1", 40)
                                           .default_via("eth1", "10.4.0.1", 30);
  EXPECT_EQ(warm_uplinks(network, {}, kBoth, {"wlan0", Family::v4}),
            (std::vector<Uplink>{
                {"eth1", Family::v4}, {"eth0", Family::v4}, {"lte0", Family::v4}}));
}

TEST(SilentUplink, IsLedAroundInItsFamilyAsLongAsTheOtherIsThere) {
  const SilentUplinks silent = {{{"wlan0", Family::v4}, {"lte0", Family::v4}}};
  net::NetworkSnapshot network = two_networks()
                                     .way("10.9.0.2", "10.1.0.2")
                                     .way("10.9.0.3", "10.2.0.2")
                                     .way("2001:db8:9::2", "2001:db8:1::2");
  auto led = network;
  lead_around(led, silent);
  ASSERT_TRUE(led.routes.at(ip("10.9.0.2")));
  EXPECT_EQ(led.routes.at(ip("10.9.0.2"))->source, ip("10.2.0.2"));
  EXPECT_EQ(led.interface_name(led.routes.at(ip("10.9.0.2"))->interface), "lte0");
  EXPECT_EQ(led.routes.at(ip("10.9.0.3")), network.routes.at(ip("10.9.0.3")));
  EXPECT_EQ(led.routes.at(ip("2001:db8:9::2")), network.routes.at(ip("2001:db8:9::2")));
  EXPECT_EQ(led.default_routes, network.default_routes);

  const SilentUplinks gone = {{{"wlan0", Family::v4}, {"eth9", Family::v4}}};
  led = network;
  lead_around(led, gone);
  EXPECT_EQ(led, network);
}

TEST(ForbiddenInterface, IsLedAround) {
  NetworkPolicy policy;
  policy.interfaces = {{"lte0", InterfaceUse::never}};
  net::NetworkSnapshot network =
      two_networks().way("10.9.0.2", "10.2.0.2").way("10.9.0.3", "10.1.0.2");
  lead_by_permitted_ways(network, policy);
  ASSERT_TRUE(network.routes.at(ip("10.9.0.2")));
  EXPECT_EQ(network.routes.at(ip("10.9.0.2"))->source, ip("10.1.0.2"));
  EXPECT_EQ(network.interface_name(network.routes.at(ip("10.9.0.2"))->interface), "wlan0");
  EXPECT_EQ(network.routes.at(ip("10.9.0.3"))->source, ip("10.1.0.2"));
  EXPECT_EQ(network.default_routes.size(), 2U);
  EXPECT_TRUE(network.has_address(ip("10.2.0.2"))) << "it is there all the same";
}

TEST(ForbiddenInterface, LeadsNowhereWhereNothingElseDoes) {
  NetworkPolicy policy;
  policy.interfaces = {{"*", InterfaceUse::never}};
  net::NetworkSnapshot network = two_networks().way("10.9.0.2", "10.2.0.2");
  lead_by_permitted_ways(network, policy);
  EXPECT_FALSE(network.routes.at(ip("10.9.0.2")).has_value());
  EXPECT_TRUE(network.default_routes.empty());
  policy.interfaces = {{"lte0", InterfaceUse::never}};
  network = SnapshotBuilder()
                .has("wlan0", "10.1.0.2")
                .has("lte0", "10.2.0.2")
                .default_via("lte0", "10.2.0.1")
                .way("10.9.0.2", "10.2.0.2");
  lead_by_permitted_ways(network, policy);
  EXPECT_FALSE(network.routes.at(ip("10.9.0.2")).has_value()) << "no default route leads by wlan0";
}

TEST(ForbiddenInterface, TheBestOfThePermittedLeads) {
  NetworkPolicy policy;
  policy.interfaces = {{"eth0", InterfaceUse::never}, {"wlan0", InterfaceUse::last_resort}};
  net::NetworkSnapshot network = SnapshotBuilder()
                                     .has("eth0", "10.3.0.2")
                                     .has("wlan0", "10.1.0.2")
                                     .has("lte0", "10.2.0.2")
                                     .has("wlan1", "10.4.0.2")
                                     .has("wlan2", "10.5.0.2")
                                     .default_via("eth0", "10.3.0.1", 1)
                                     .default_via("wlan0", "10.1.0.1", 2)
                                     .default_via("lte0", "10.2.0.1", 3)
                                     .default_via("wlan1", "10.4.0.1", 9)
                                     .default_via("wlan2", "10.5.0.1", 8)
                                     .way("10.9.0.2", "10.3.0.2");
  lead_by_permitted_ways(network, policy);
  ASSERT_TRUE(network.routes.at(ip("10.9.0.2")));
  EXPECT_EQ(network.routes.at(ip("10.9.0.2"))->source, ip("10.5.0.2"));
}

TEST(ForbiddenInterface, IsNoneWithoutARule) {
  const net::NetworkSnapshot before = two_networks().way("10.9.0.2", "10.2.0.2");
  auto after = before;
  lead_by_permitted_ways(after, {});
  EXPECT_EQ(after, before);
  EXPECT_FALSE(forbids_any({}));
}

}  // namespace
}  // namespace godwit::roam
