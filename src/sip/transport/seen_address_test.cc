// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/seen_address.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using net::SocketAddress;

net::Flow flow_between(const char* local, const char* remote,
                       net::Transport transport = net::Transport::udp) {
  return {net::FlowId{1}, transport, *SocketAddress::parse(local), *SocketAddress::parse(remote), {}};
}
const net::Flow kHomeV4 = flow_between("10.1.0.2:5070", "198.51.100.1:5060");
const net::Flow kHomeV6 = flow_between("[fd00::2]:5070", "[2001:db8:9::1]:5060");

/// What is seen by a Via with these parameters behind our sent-by.
std::optional<SocketAddress> seen(const net::Flow& flow, const std::string& parameters) {
  const auto via = parse_via("SIP/2.0/UDP " + to_string(Host(flow.local.address)) + ":5070" +
                             parameters + ";branch=z9hG4bKx");
  return via ? seen_address(*via, flow) : std::nullopt;
}

TEST(SeenAddressTest, IsReceivedAndRport) {
  EXPECT_EQ(seen(kHomeV4, ";received=203.0.113.5;rport=20001"), SocketAddress::parse("203.0.113.5:20001"));
  EXPECT_EQ(seen(kHomeV6, ";received=2001:db8:7::5;rport=20001"),
            SocketAddress::parse("[2001:db8:7::5]:20001"));
  EXPECT_EQ(seen(kHomeV4, ";received=192.168.1.5;rport=20001"), SocketAddress::parse("192.168.1.5:20001"))
      << "whether a private one is of use is for others to say";
}

TEST(SeenAddressTest, IsOursWhereNoReceivedIsNeeded) {
  EXPECT_EQ(seen(kHomeV4, ";rport=5070"), kHomeV4.local);
  EXPECT_EQ(seen(kHomeV6, ";rport=5070"), kHomeV6.local);
}

TEST(SeenAddressTest, AServerThatKnowsNoRportSaysNothing) {
  EXPECT_EQ(seen(kHomeV4, ""), std::nullopt);
  EXPECT_EQ(seen(kHomeV4, ";rport"), std::nullopt);
  EXPECT_EQ(seen(kHomeV4, ";received=203.0.113.5"), std::nullopt) << "by which port is not known";
  const auto named = parse_via("SIP/2.0/UDP here.test;rport=5;branch=z9hG4bKx");
  ASSERT_TRUE(named);
  EXPECT_EQ(seen_address(*named, kHomeV4), std::nullopt);
}

TEST(SeenAddressTest, WhatCannotBeTrueIsNotTaken) {
  for (const char* address :
       {"127.0.0.1", "0.0.0.0", "0.1.2.3", "224.0.1.75", "240.0.0.1", "255.255.255.255",
        "169.254.1.1", "192.0.0.2", "2001:db8::5", "::1", "::", "ff02::1", "fe80::5", "198.51.100.1"}) {
    EXPECT_EQ(seen(kHomeV4, std::string(";received=") + address + ";rport=20001"), std::nullopt) << address;
  }
  for (const char* address : {"::1", "::", "ff02::1", "ff0e::1", "fe80::5", "203.0.113.5", "127.0.0.1",
                              "::ffff:203.0.113.5", "2001:db8:9::1"}) {
    EXPECT_EQ(seen(kHomeV6, std::string(";received=") + address + ";rport=20001"), std::nullopt) << address;
  }
  EXPECT_EQ(seen(kHomeV4, ";received=203.0.113.5;rport=0"), std::nullopt);
  EXPECT_EQ(seen(kHomeV4, ";received=203.0.113.5;rport=65536"), std::nullopt);
  EXPECT_EQ(seen(kHomeV4, ";received=host.test;rport=20001"), std::nullopt);
}

TEST(SeenAddressTest, LoopbackAndLinkLocalAreTrueAmongTheirKind) {
  const auto loopback = flow_between("127.0.0.1:5070", "127.0.0.1:5060");
  EXPECT_EQ(seen(loopback, ";received=127.0.0.1;rport=5070"), loopback.local);
  EXPECT_EQ(seen(loopback, ";received=203.0.113.5;rport=5070"), std::nullopt);
  const auto link = flow_between("[fe80::2]:5070", "[fe80::1]:5060");
  EXPECT_TRUE(seen(link, ";received=fe80::2;rport=5070"));
  EXPECT_EQ(seen(link, ";received=2001:db8::5;rport=5070"), std::nullopt);
}

TEST(SeenAddressTest, ThePortOfAConnectionIsNobodyElsesToUse) {
  for (const auto transport : {net::Transport::tcp, net::Transport::tls}) {
    const auto flow = flow_between("10.1.0.2:40000", "198.51.100.1:5060", transport);
    EXPECT_EQ(seen(flow, ";received=203.0.113.5;rport=20001"), std::nullopt);
  }
}

}  // namespace
}  // namespace godwit::sip
