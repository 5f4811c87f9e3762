// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/source_via.h"

#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::sip {
namespace {

using net::SocketAddress;
using test::at;

Message request(std::string_view via) {
  Message message = Message::request("OPTIONS", "sip:example.com");
  message.add(Field::via, via);
  message.add(Field::via, "SIP/2.0/UDP far.example;branch=z9hG4bKfar");
  return message;
}

std::string written(std::string_view via, std::string_view source) {
  Message message = request(via);
  write_source(message, at(source));
  EXPECT_EQ(message.count(Field::via), 2U);
  return std::string(*message.field(Field::via));
}

TEST(WriteSourceTest, ATrueSentByStaysAsItIs) {
  EXPECT_EQ(written("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx", "192.0.2.1:5060"),
            "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx");
}

TEST(WriteSourceTest, AnotherSpellingOfTheSameAddressIsTrue) {
  EXPECT_EQ(parse_via(written("SIP/2.0/UDP [2001:DB8:0::1];branch=z9hG4bKx", "[2001:db8::1]:5060"))
                ->received,
            std::nullopt);
}

TEST(WriteSourceTest, ReceivedTellsWhereItReallyCameFrom) {
  for (const char* via :
       {"SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx", "SIP/2.0/UDP host.example;branch=z9hG4bKx"}) {
    const auto read = parse_via(written(via, "192.0.2.1:1024"));
    EXPECT_EQ(read->received, at("192.0.2.1:0").address) << via;
    EXPECT_EQ(read->rport, std::nullopt) << via;
  }
}

TEST(WriteSourceTest, RportIsFilledInAndReceivedWithIt) {
  const auto read = parse_via(
      written("SIP/2.0/UDP [2001:db8::1]:5060;rport;branch=z9hG4bKx", "[2001:db8::1]:1024"));
  EXPECT_EQ(read->rport, 1024);
  EXPECT_EQ(read->received, at("[2001:db8::1]:0").address);
}

TEST(WriteSourceTest, WhatDoesNotReadStaysAsItIs) {
  constexpr std::string_view kVia = "SIP/7.0/UDP 10.0.0.1;rport;branch=z9hG4bKx";
  EXPECT_EQ(written(kVia, "192.0.2.1:5060"), kVia);
}

TEST(WriteSourceTest, WhatTheSenderClaimsToHaveReceivedIsNotBelieved) {
  EXPECT_EQ(parse_via(written("SIP/2.0/UDP 192.0.2.1;received=198.51.100.9;branch=z9hG4bKx",
                              "192.0.2.1:5060"))
                ->received,
            std::nullopt);
}

class WayBackTest : public ::testing::Test {
 protected:
  net::Flow flow_{net::FlowId{1}, net::Transport::udp, at("192.0.2.9:5060"), at("192.0.2.1:1024")};
};

TEST_F(WayBackTest, WithRportItIsTheSource) {
  EXPECT_EQ(way_back(request("SIP/2.0/UDP 10.0.0.1:5070;rport=1024;branch=z9hG4bKx"), flow_),
            flow_);
}

TEST_F(WayBackTest, WithoutRportItIsThePortOfTheVia) {
  net::Flow expected = flow_;
  expected.remote = at("192.0.2.1:5070");
  EXPECT_EQ(way_back(request("SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKx"), flow_), expected);
  expected.remote = at("192.0.2.1:5060");
  EXPECT_EQ(way_back(request("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx"), flow_), expected);
}

TEST_F(WayBackTest, MaddrDoesNotAimItElsewhere) {
  EXPECT_EQ(
      way_back(request("SIP/2.0/UDP 10.0.0.1;rport;maddr=198.51.100.1;branch=z9hG4bKx"), flow_)
          .remote,
      flow_.remote);
}

TEST_F(WayBackTest, OfAViaThatDoesNotReadTheSentByCounts) {
  net::Flow expected = flow_;
  expected.remote = at("192.0.2.1:5070");
  for (const char* via :
       {"SIP/2.0/UDP 10.0.0.1:5070;branch=;", "SIP/7.0/UDP 10.0.0.1:5070;branch=z9hG4bKx",
        "SIP / 2.0 / UDP 10.0.0.1:5070 ;;,;,,"}) {
    EXPECT_EQ(way_back(request(via), flow_), expected) << via;
    EXPECT_TRUE(names_way_back(request(via))) << via;
  }
  EXPECT_EQ(way_back(request("SIP/7.0/UDP 10.0.0.1:5070;rport;branch=z9hG4bKx"), flow_), flow_);
}

TEST_F(WayBackTest, IsNamedBySentByOnly) {
  EXPECT_TRUE(names_way_back(request("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx")));
  for (const char* via : {"SIP", "SIP/2.0", "SIP/2.0/UDP", "HTTP/2.0/UDP 10.0.0.1",
                          "SIP/2.0/UDP ;branch=z9hG4bKx", "SIP/2.0/UDP 10.0.0.1:99999"}) {
    EXPECT_FALSE(names_way_back(request(via))) << via;
  }
  EXPECT_FALSE(names_way_back(Message::request("OPTIONS", "sip:example.com")));
}

TEST_F(WayBackTest, AConnectionIsItsOwnWayBack) {
  flow_.transport = net::Transport::tcp;
  EXPECT_EQ(way_back(request("SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bKx"), flow_), flow_);
}

}  // namespace
}  // namespace godwit::sip
