// SPDX-License-Identifier: Apache-2.0
#include "net/name_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::net {
namespace {

using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(NameServer, IsAnAddressWithOrWithoutPort) {
  EXPECT_EQ(NameServer::parse("192.0.2.53"), (NameServer{ip("192.0.2.53"), 53, ""}));
  EXPECT_EQ(NameServer::parse("192.0.2.53:5353"), (NameServer{ip("192.0.2.53"), 5353, ""}));
  EXPECT_EQ(NameServer::parse("2001:db8::53"), (NameServer{ip("2001:db8::53"), 53, ""}));
  EXPECT_EQ(NameServer::parse("[2001:db8::53]"), (NameServer{ip("2001:db8::53"), 53, ""}));
  EXPECT_EQ(NameServer::parse("[2001:db8::53]:5353"), (NameServer{ip("2001:db8::53"), 5353, ""}));
}

TEST(NameServer, LinkLocalOneHasAZone) {
  EXPECT_EQ(NameServer::parse("fe80::1%eth0"), (NameServer{ip("fe80::1"), 53, "eth0"}));
  EXPECT_EQ(NameServer::parse("[fe80::1%2]:5353"), (NameServer{ip("fe80::1"), 5353, "2"}));
}

TEST(NameServer, NonsenseIsNone) {
  for (const auto* text : {"", "ns.example.org", "192.0.2.53:", "192.0.2.53:port", "[2001:db8::53",
                           "[2001:db8::53]5353", "[2001:db8::53]:99999", "fe80::1%",
                           "2001:db8::53%eth0", "192.0.2.53%eth0", "[192.0.2.53]x", "[]", "[%]"}) {
    EXPECT_EQ(NameServer::parse(text), std::nullopt) << text;
  }
}

TEST(ResolvConf, NamesServersInItsOrderEachOnce) {
  const auto servers = parse_resolv_conf(
      "# made by hand\nsearch example.org\nnameserver 2001:db8::53\r\n\n"
      "nameserver\t192.0.2.53 # the old one\nnameserver 2001:db8::53\noptions rotate");
  EXPECT_THAT(servers, ElementsAre(NameServer{ip("2001:db8::53"), 53, ""},
                                   NameServer{ip("192.0.2.53"), 53, ""}));
}

TEST(ResolvConf, NonsenseIsPassedOver) {
  EXPECT_THAT(parse_resolv_conf("#nameserver 192.0.2.1\n;nameserver 192.0.2.2\nnameserver\n"
                                "nameserver x\nnameservers 192.0.2.3\nnameserver 192.0.2.4"),
              ElementsAre(NameServer{ip("192.0.2.4"), 53, ""}));
  EXPECT_THAT(parse_resolv_conf(""), IsEmpty());
}

TEST(ResolvConf, FirstFewServersAreEnough) {
  std::string text;
  for (int i = 1; i <= 60; ++i) text += "nameserver 192.0.2." + std::to_string(i) + '\n';
  EXPECT_THAT(parse_resolv_conf(text), SizeIs(kNameServers));
}

}  // namespace
}  // namespace godwit::net
