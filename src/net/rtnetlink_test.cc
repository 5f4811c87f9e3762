// SPDX-License-Identifier: Apache-2.0
#include "net/rtnetlink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/rtnetlink_reader.h"
#include "support/address_of.h"
#include "support/netlink_bytes.h"

namespace godwit::net {
namespace {

using namespace rtnetlink;
using test::NetlinkBytes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint32_t kLinkRunning = kLinkUp | kLinkLowerUp;

using test::ip;

NetlinkBytes link(std::uint16_t type, std::uint32_t index, std::string_view name,
                  std::uint32_t flags) {
  NetlinkBytes bytes(type);
  bytes.u8(0).u8(0).u16(1).u32(index).u32(flags).u32(0);
  return bytes.text(kIflaName, name);
}

NetlinkBytes address(std::uint16_t type, std::uint32_t index, const IpAddress& own,
                     std::uint32_t flags = 0) {
  NetlinkBytes bytes(type);
  bytes.family(own.family()).u8(own.is_v4() ? 24 : 64).u8(0).u8(0).u32(index);
  return bytes.address(kIfaAddress, own).number(kIfaFlags, flags);
}

struct Route {
  IpAddress gateway;
  std::uint32_t interface = 2;
  std::uint32_t metric = 100;
  std::uint8_t destination_length = 0;
  std::uint8_t type = kRouteUnicast;
  std::uint32_t flags = 0;
  std::uint16_t message_flags = 0;
};

NetlinkBytes route(std::uint16_t type, const Route& route) {
  NetlinkBytes bytes(type, route.message_flags);
  bytes.family(route.gateway.family()).u8(route.destination_length).u8(0).u8(0);
  bytes.u8(254).u8(0).u8(0).u8(route.type).u32(route.flags);
  bytes.address(kRtaGateway, route.gateway).number(kRtaOif, route.interface);
  return bytes.number(kRtaPriority, route.metric);
}

struct FamilyCase {
  std::string_view own;
  std::string_view gateway;
};

class RtnetlinkTableTest : public ::testing::TestWithParam<FamilyCase> {
 protected:
  RtnetlinkOutcome apply(const NetlinkBytes& bytes) { return table_.apply(bytes.bytes()); }

  IpAddress own_ = ip(GetParam().own);
  IpAddress gateway_ = ip(GetParam().gateway);
  RtnetlinkTable table_;
};

INSTANTIATE_TEST_SUITE_P(Families, RtnetlinkTableTest,
                         ::testing::Values(FamilyCase{"10.1.0.2", "10.1.0.1"},
                                           FamilyCase{"2001:db8:1::2", "fe80::1"}));

TEST_P(RtnetlinkTableTest, LinkAndAddressBecomeAnInterface) {
  EXPECT_TRUE(apply(link(kNewLink, 2, "wifi0", kLinkRunning)).changed);
  EXPECT_TRUE(apply(address(kNewAddress, 2, own_)).changed);

  const auto snapshot = table_.snapshot();
  ASSERT_THAT(snapshot.interfaces, SizeIs(1));
  EXPECT_EQ(snapshot.interfaces[0].name, "wifi0");
  EXPECT_TRUE(snapshot.interfaces[0].up);
  EXPECT_FALSE(snapshot.interfaces[0].loopback);
  EXPECT_THAT(snapshot.interfaces[0].addresses,
              ElementsAre(InterfaceAddress{own_, own_.is_v4() ? 24 : 64}));
}

TEST_P(RtnetlinkTableTest, TheSameMessageAgainChangesNothing) {
  const Route way{gateway_};
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, own_));
  apply(route(kNewRoute, way));

  EXPECT_FALSE(apply(link(kNewLink, 2, "wifi0", kLinkRunning)).changed);
  EXPECT_FALSE(apply(address(kNewAddress, 2, own_)).changed);
  EXPECT_FALSE(apply(route(kNewRoute, way)).changed);
}

TEST_P(RtnetlinkTableTest, DeletedAddressIsGone) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, own_));

  EXPECT_TRUE(apply(address(kDelAddress, 2, own_)).changed);
  EXPECT_FALSE(table_.snapshot().has_address(own_));
}

TEST_P(RtnetlinkTableTest, AddressesOnALinkThatIsDownAreNoticed) {
  apply(link(kNewLink, 2, "wifi0", kLinkUp));
  EXPECT_FALSE(table_.has_addresses_without_link());
  apply(address(kNewAddress, 2, own_));
  EXPECT_TRUE(table_.has_addresses_without_link());
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  EXPECT_FALSE(table_.has_addresses_without_link());
}

TEST_P(RtnetlinkTableTest, TentativeAddressDoesNotCountUntilDetectionIsThrough) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, own_, kAddressTentative));
  EXPECT_TRUE(table_.is_tentative(own_));
  EXPECT_FALSE(table_.snapshot().has_address(own_));

  EXPECT_TRUE(apply(address(kNewAddress, 2, own_)).changed);
  EXPECT_TRUE(table_.snapshot().has_address(own_));
}

TEST_P(RtnetlinkTableTest, AddressThatSomebodyElseHoldsStaysTentative) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, own_, kAddressDadFailed));
  EXPECT_FALSE(table_.snapshot().has_address(own_));
}

TEST_P(RtnetlinkTableTest, DeprecatedAndTemporaryAreTold) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, own_, kAddressDeprecated | kAddressTemporary));

  const auto held = table_.snapshot().interfaces[0].addresses[0];
  EXPECT_TRUE(held.deprecated);
  EXPECT_EQ(held.temporary, !own_.is_v4()) << "for IPv4 the bit means secondary";
}

TEST_P(RtnetlinkTableTest, DefaultRouteComesAndGoes) {
  const Route way{gateway_};
  EXPECT_TRUE(apply(route(kNewRoute, way)).changed);
  EXPECT_THAT(table_.snapshot().default_routes,
              ElementsAre(DefaultRoute{gateway_.family(), 2, gateway_, 100, 254}));

  EXPECT_TRUE(apply(route(kDelRoute, way)).changed);
  EXPECT_THAT(table_.snapshot().default_routes, IsEmpty());
}

TEST_P(RtnetlinkTableTest, OtherRoutesAreNotDefaultRoutes) {
  EXPECT_FALSE(apply(route(kNewRoute, {.gateway = gateway_, .destination_length = 24})).changed);
  EXPECT_FALSE(apply(route(kNewRoute, {.gateway = gateway_, .type = 7})).changed);
  EXPECT_FALSE(apply(route(kNewRoute, {.gateway = gateway_, .flags = kRouteCloned})).changed);
}

TEST_P(RtnetlinkTableTest, FirstHopStandsForAMultipathRoute) {
  NetlinkBytes bytes(kNewRoute);
  bytes.family(gateway_.family()).u8(0).u8(0).u8(0).u8(254).u8(0).u8(0).u8(kRouteUnicast).u32(0);
  NetlinkBytes hop = NetlinkBytes::raw();
  hop.u16(static_cast<std::uint16_t>(kNextHopSize + 4 + gateway_.bytes().size()))
      .u8(0)
      .u8(0)
      .u32(7);
  hop.address(kRtaGateway, gateway_);
  bytes.attribute(kRtaMultipath, hop.bytes());

  EXPECT_TRUE(apply(bytes).changed);
  EXPECT_THAT(table_.snapshot().default_routes,
              ElementsAre(DefaultRoute{gateway_.family(), 7, gateway_, 0, 254}));
}

TEST_P(RtnetlinkTableTest, ReplacedRouteAsksForANewDump) {
  const auto outcome =
      apply(route(kNewRoute, {.gateway = gateway_, .message_flags = kFlagReplace}));
  EXPECT_TRUE(outcome.routes_uncertain);
}

TEST_P(RtnetlinkTableTest, RouteAnswerTellsSourceAndInterface) {
  NetlinkBytes bytes(kNewRoute);
  bytes.family(own_.family()).u8(0).u8(0).u8(0).u8(254).u8(0).u8(0).u8(kRouteUnicast).u32(0);
  bytes.number(kRtaOif, 5).address(kRtaPrefsrc, own_);

  const auto answer = parse_route_answer(bytes.bytes());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->source, own_);
  EXPECT_EQ(answer->interface, 5U);
}

TEST_P(RtnetlinkTableTest, UnreachableAndDeadRoutesAreNoAnswer) {
  EXPECT_FALSE(parse_route_answer(route(kNewRoute, {.gateway = gateway_, .type = 7}).bytes()));
  EXPECT_FALSE(parse_route_answer(
      route(kNewRoute, {.gateway = gateway_, .flags = kNextHopLinkDown}).bytes()));
  EXPECT_FALSE(parse_route_answer({}));
}

class RtnetlinkLinkTest : public ::testing::Test {
 protected:
  RtnetlinkOutcome apply(const NetlinkBytes& bytes) { return table_.apply(bytes.bytes()); }

  RtnetlinkTable table_;
};

TEST_F(RtnetlinkLinkTest, LinkWithoutCarrierIsDown) {
  apply(link(kNewLink, 2, "wifi0", kLinkUp));
  EXPECT_FALSE(table_.snapshot().interfaces[0].up);
}

TEST_F(RtnetlinkLinkTest, DormantLinkIsDown) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning | kLinkDormant));
  EXPECT_FALSE(table_.snapshot().interfaces[0].up);
}

TEST_F(RtnetlinkLinkTest, RenamedLinkKeepsItsAddresses) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, ip("10.1.0.2")));
  EXPECT_TRUE(apply(link(kNewLink, 2, "uplink", kLinkRunning)).changed);
  EXPECT_EQ(table_.snapshot().interface_of(ip("10.1.0.2")), "uplink");
}

TEST_F(RtnetlinkLinkTest, DeletedLinkTakesItsAddressesAlong) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, ip("10.1.0.2")));
  EXPECT_TRUE(apply(link(kDelLink, 2, "wifi0", 0)).changed);
  EXPECT_THAT(table_.snapshot().interfaces, IsEmpty());
}

TEST_F(RtnetlinkLinkTest, LosingTheLinkOfAnIpv4DefaultRouteMakesRoutesUncertain) {
  apply(link(kNewLink, 2, "wifi0", kLinkRunning));
  apply(address(kNewAddress, 2, ip("10.1.0.2")));
  apply(route(kNewRoute, {.gateway = ip("10.1.0.1")}));

  EXPECT_TRUE(apply(address(kDelAddress, 2, ip("10.1.0.2"))).routes_uncertain);
  EXPECT_TRUE(apply(link(kNewLink, 2, "wifi0", 0)).routes_uncertain);
  EXPECT_FALSE(apply(link(kNewLink, 3, "lte0", 0)).routes_uncertain);
}

TEST_F(RtnetlinkLinkTest, BridgePortMessagesAreNotAboutTheLink) {
  NetlinkBytes bytes(kDelLink);
  bytes.u8(7).u8(0).u16(1).u32(2).u32(0).u32(0);  // AF_BRIDGE
  apply(link(kNewLink, 2, "eth0", kLinkRunning));
  EXPECT_FALSE(apply(bytes).changed);
}

TEST_F(RtnetlinkLinkTest, OwnAddressOfAPointToPointLinkIsTheLocalOne) {
  NetlinkBytes bytes(kNewAddress);
  bytes.family(Family::v4).u8(32).u8(0).u8(0).u32(4);
  bytes.address(kIfaAddress, ip("10.9.0.1")).address(kIfaLocal, ip("10.9.0.2"));
  apply(link(kNewLink, 4, "tun0", kLinkRunning));
  apply(bytes);
  EXPECT_TRUE(table_.snapshot().has_address(ip("10.9.0.2")));
  EXPECT_FALSE(table_.snapshot().has_address(ip("10.9.0.1")));
}

TEST_F(RtnetlinkLinkTest, ControlMessagesAreTold) {
  EXPECT_TRUE(apply(NetlinkBytes(kDone)).done);
  EXPECT_TRUE(apply(NetlinkBytes(kOverrun)).overrun);
  EXPECT_TRUE(apply(NetlinkBytes(kDone, kFlagDumpInterrupted)).interrupted);
  EXPECT_EQ(apply(NetlinkBytes(kError).u32(static_cast<std::uint32_t>(-101))).error, 101);
}

TEST_F(RtnetlinkLinkTest, EveryTruncationIsHarmless) {
  const auto message = address(kNewAddress, 2, ip("2001:db8::1"));
  const auto whole = message.bytes();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(table_.apply(whole.first(length)).changed) << length;
  }
}

}  // namespace
}  // namespace godwit::net
