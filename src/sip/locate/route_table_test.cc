// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/route_table.h"

#include <gtest/gtest.h>

#include "support/snapshot_builder.h"

namespace godwit::sip {
namespace {

using test::ip;
using test::SnapshotBuilder;

TEST(RouteTableTest, R26_ALinkLocalSourceTalksOnlyToItsLink) {
  EXPECT_FALSE(may_be_advertised(ip("fe80::1"), ip("2001:db8::1")));
  EXPECT_TRUE(may_be_advertised(ip("fe80::1"), ip("fe80::2")));
  EXPECT_FALSE(may_be_advertised(ip("169.254.1.1"), ip("192.0.2.1")));
}

TEST(RouteTableTest, R37_ThePrivateSideOfA464XlatIsNeverTold) {
  EXPECT_FALSE(may_be_advertised(ip("192.0.0.4"), ip("192.0.2.1")));
}

TEST(RouteTableTest, LoopbackTalksToLoopback) {
  EXPECT_TRUE(may_be_advertised(ip("127.0.0.1"), ip("127.0.0.1")));
  EXPECT_FALSE(may_be_advertised(ip("::1"), ip("2001:db8::1")));
}

TEST(RouteTableTest, AsksOnceForEachDestination) {
  RouteTable routes;
  EXPECT_FALSE(routes.to(ip("192.0.2.1")).known);
  EXPECT_FALSE(routes.to(ip("192.0.2.1")).known);
  const auto actions = routes.take_actions();
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(std::get<LookUpRoute>(actions.front()).destination, ip("192.0.2.1"));
}

TEST(RouteTableTest, KnowsTheSourceOrThatThereIsNone) {
  RouteTable routes;
  EXPECT_FALSE(routes.to(ip("192.0.2.1")).known);
  EXPECT_FALSE(routes.to(ip("2001:db8::1")).known);
  EXPECT_TRUE(routes.on_route_found({ip("192.0.2.1"), net::RouteChoice{ip("192.0.2.10"), 2}}));
  EXPECT_TRUE(routes.on_route_found({ip("2001:db8::1"), std::nullopt}));
  EXPECT_EQ(routes.to(ip("192.0.2.1")).source, ip("192.0.2.10"));
  EXPECT_TRUE(routes.to(ip("2001:db8::1")).known);
  EXPECT_EQ(routes.to(ip("2001:db8::1")).source, std::nullopt);
}

TEST(RouteTableTest, TakesNoAnswerToWhatItDidNotAsk) {
  RouteTable routes;
  EXPECT_FALSE(routes.on_route_found({ip("192.0.2.1"), net::RouteChoice{ip("192.0.2.10"), 2}}));
}

TEST(RouteTableTest, AnotherNetworkIsAskedAnewUnlessItSaysSoItself) {
  RouteTable routes;
  (void)routes.to(ip("192.0.2.1"));
  (void)routes.to(ip("192.0.2.2"));
  (void)routes.take_actions();
  routes.on_network(SnapshotBuilder().has("wifi0", "10.0.0.9").way("192.0.2.1", "10.0.0.9"));
  EXPECT_EQ(routes.to(ip("192.0.2.1")).source, ip("10.0.0.9"));
  EXPECT_FALSE(routes.to(ip("192.0.2.2")).known);
  EXPECT_EQ(routes.take_actions().size(), 1U);
}

}  // namespace
}  // namespace godwit::sip
