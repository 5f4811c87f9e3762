// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/next_hop.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sip {
namespace {

NextHop hop(std::string_view uri) {
  return next_hop_of(*parse_uri(uri));
}

TEST(NextHopTest, NamesAreLowerCaseAndLiteralsHaveOneSpelling) {
  EXPECT_EQ(hop("sip:bob@Example.ORG").host, "example.org");
  EXPECT_EQ(hop("sip:[2001:DB8:0::1]").host, "2001:db8::1");
  EXPECT_EQ(hop("sip:[2001:db8::1]"), hop("sip:[2001:0DB8:0:0::0001]"));
  EXPECT_EQ(hop("sip:[::ffff:192.0.2.1]").host, "192.0.2.1");
}

TEST(NextHopTest, APortThatIsNotGivenIsNotTheDefaultOne) {
  EXPECT_EQ(hop("sip:example.org").port, 0);
  EXPECT_EQ(hop("sip:example.org:5060").port, 5060);
}

TEST(NextHopTest, TransportIsReadInAnyCase) {
  EXPECT_EQ(hop("sip:example.org").transport, std::nullopt);
  EXPECT_EQ(hop("sip:example.org;transport=TCP").transport, net::Transport::tcp);
  EXPECT_EQ(hop("sip:example.org;transport=tls").transport, net::Transport::tls);
  EXPECT_EQ(hop("sip:example.org;transport=udp").transport, net::Transport::udp);
}

TEST(NextHopTest, AnUnknownTransportCountsAsNoneGiven) {
  EXPECT_EQ(hop("sip:example.org;transport=sctp").transport, std::nullopt);
  EXPECT_EQ(hop("sip:example.org;transport").transport, std::nullopt);
}

TEST(NextHopTest, MaddrStandsForTheHost) {
  EXPECT_EQ(hop("sip:example.org;maddr=192.0.2.7").host, "192.0.2.7");
  EXPECT_EQ(hop("sip:example.org;maddr=[2001:db8::7]").host, "2001:db8::7");
  EXPECT_EQ(hop("sip:example.org;maddr=Proxy.Example.ORG").host, "proxy.example.org");
}

TEST(NextHopTest, OnlySipsIsSecure) {
  EXPECT_TRUE(hop("sips:example.org").secure);
  EXPECT_FALSE(hop("sip:example.org;transport=tls").secure);
}

TEST(NextHopTest, IsReachedByTheTransportItNamesElseByUdp) {
  EXPECT_EQ(transport_of(hop("sip:example.org")), net::Transport::udp);
  EXPECT_EQ(transport_of(hop("sip:example.org;transport=tcp")), net::Transport::tcp);
  EXPECT_EQ(transport_of(hop("sip:example.org;transport=tls")), net::Transport::tls);
  EXPECT_EQ(transport_of(hop("sips:example.org")), net::Transport::tls);
  EXPECT_EQ(transport_of(hop("sips:example.org;transport=tcp")), net::Transport::tls);
}

TEST(NextHopTest, IsWrittenAsItsUri) {
  EXPECT_EQ(to_string(hop("sip:bob@example.org:5070;transport=TCP")),
            "sip:example.org:5070;transport=tcp");
  EXPECT_EQ(to_string(hop("sips:[2001:db8::1]")), "sips:[2001:db8::1]");
}

TEST(NextHopTest, T105_WhatIsWrittenIsReadAgain) {
  for (const char* scheme : {"sip:", "sips:"}) {
    for (const char* host : {"example.org", "192.0.2.1", "[2001:db8::1]", "[::1]", "pbx"}) {
      for (const char* port : {"", ":5060", ":65535"}) {
        for (const char* transport : {"", ";transport=udp", ";transport=tcp", ";transport=tls"}) {
          const std::string text = std::string(scheme) + host + port + transport;
          EXPECT_EQ(to_string(hop(text)), text);
          EXPECT_EQ(hop(to_string(hop(text))), hop(text));
        }
      }
    }
  }
}

TEST(NextHopTest, TheDotAtTheEndOfANameIsNoPartOfIt) {
  NextHop with_dot = next_hop_of(Uri{.host = Host{std::string("Example.org.")}});
  EXPECT_EQ(with_dot.host, "example.org");
}

}  // namespace
}  // namespace godwit::sip
