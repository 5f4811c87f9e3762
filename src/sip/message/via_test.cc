// SPDX-License-Identifier: Apache-2.0
#include "sip/message/via.h"

#include <gmock/gmock.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

class ViaTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(ViaTest, IsWrittenAsItWasRead) {
  const auto via = parse_via(GetParam());
  ASSERT_TRUE(via) << via.error().detail;
  EXPECT_EQ(to_string(*via), GetParam());
  EXPECT_EQ(parse_via(to_string(*via)).value(), *via);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ViaTest,
    ::testing::Values("SIP/2.0/UDP 192.0.2.1", "SIP/2.0/TLS example.com:5061;branch=z9hG4bK1",
                      "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK-2f7c91aa",
                      "SIP/2.0/UDP [2001:db8::1]:5060;rport=40000;branch=z9hG4bKa;"
                      "received=2001:db8::9",
                      "SIP/2.0/TCP h;branch=z9hG4bKa;alias;ttl=1;maddr=[ff02::1]",
                      "SIP/2.0/UNKNOWN h;x=\"a;b\"", "SIP/2.0/UDP h;branch=a;branch=b"));

TEST(ViaTest, PartsAreWhereTheyBelong) {
  const auto via = parse_via(
                       "sip / 2.0 / udp  192.0.2.1 : 5080 ; Branch = z9hG4bKx;RECEIVED=[::1];"
                       "rport=6;hidden")
                       .value();
  EXPECT_EQ(via.transport, "UDP");
  EXPECT_EQ(via.host, host_from_text("192.0.2.1"));
  EXPECT_EQ(via.port, 5080);
  EXPECT_EQ(via.branch, "z9hG4bKx");
  EXPECT_EQ(via.received, net::IpAddress::parse("::1"));
  EXPECT_EQ(via.rport, 6);
  EXPECT_THAT(via.other, ElementsAre(Parameter{"hidden", std::nullopt}));
}

TEST(ViaTest, RportAskedForIsNotTheSameAsNone) {
  EXPECT_EQ(parse_via("SIP/2.0/UDP h").value().rport, std::nullopt);
  EXPECT_EQ(parse_via("SIP/2.0/UDP h;rport").value().rport, 0);
  EXPECT_EQ(parse_via("SIP/2.0/UDP h;rport=5060").value().rport, 5060);
}

TEST(ViaTest, ReceivedIsTakenWithAndWithoutBrackets) {  // RFC 5118 §4.5
  EXPECT_EQ(parse_via("SIP/2.0/UDP h;received=2001:db8::9:255"),
            parse_via("SIP/2.0/UDP h;received=[2001:db8::9:255]"));
}

struct BadVia {
  std::string_view text;
  std::string_view detail;
};
class BadViaTest : public ::testing::TestWithParam<BadVia> {};

TEST_P(BadViaTest, IsRefusedWithItsPlace) {
  const auto via = parse_via(GetParam().text);
  ASSERT_FALSE(via);
  EXPECT_EQ(via.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadViaTest,
    ::testing::Values(
        BadVia{"", "Via: expected \"SIP/2.0/\" at byte 0"},
        BadVia{"SIP", "Via: expected \"SIP/2.0/\" at byte 3"},
        BadVia{"SIP/3.0/UDP h", "Via: expected \"SIP/2.0/\" at byte 4"},
        BadVia{"SIP/2.0 h", "Via: expected \"SIP/2.0/\" at byte 8"},
        BadVia{"SIP/2.0/", "Via: expected a transport at byte 8"},
        BadVia{"SIP/2.0/UDP", "Via: expected a blank and sent-by at byte 11"},
        BadVia{"SIP/2.0/UDP;x", "Via: expected a blank and sent-by at byte 11"},
        BadVia{"SIP/2.0/UDP ", "Via: expected a host at byte 12"},
        BadVia{"SIP/2.0/UDP h:", "Via: expected a port number after \":\" at byte 14"},
        BadVia{"SIP/2.0/UDP h:70000", "Via: port above 65535 at byte 14"},
        BadVia{"SIP/2.0/UDP h x", "Via: expected \";\" at byte 14"},
        BadVia{"SIP/2.0/UDP h;;", "Via: expected a parameter name at byte 14"},
        BadVia{"SIP/2.0/UDP h;branch=", "Via: expected a parameter value after \"=\" at byte 21"},
        BadVia{"SIP/2.0/UDP h;branch", "Via: branch without a value at byte 13"},
        BadVia{"SIP/2.0/UDP h;rport=0", "Via: rport is no port at byte 13"},
        BadVia{"SIP/2.0/UDP h;x;rport=99999", "Via: rport is no port at byte 15"},
        BadVia{"SIP/2.0/UDP h;received=h2", "Via: received is no address at byte 13"},
        BadVia{"SIP/2.0/UDP h;received", "Via: received is no address at byte 13"}));

TEST(ViaTest, OfARequestNamesTheFlowsLocalAddressAndAsksForRport) {
  for (const std::string_view local : {"10.1.0.2:5060", "[2001:db8::2]:5080"}) {
    net::Flow flow;
    flow.transport = net::Transport::udp;
    flow.local = net::SocketAddress::parse(local).value();
    EXPECT_EQ(to_string(via_for(flow, "z9hG4bKa")),
              "SIP/2.0/UDP " + std::string(local) + ";rport;branch=z9hG4bKa");
  }
}

}  // namespace
}  // namespace godwit::sip
