// SPDX-License-Identifier: Apache-2.0
#include "server/server_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class ServerIdentityTest : public ::testing::TestWithParam<net::Family> {
 protected:
  ServerIdentityTest() { identity_.add_address(*net::IpAddress::parse(host())); }
  std::string host() const {
    return GetParam() == net::Family::v4 ? "10.9.0.2" : "[2001:db8:9::2]";
  }
  std::string elsewhere() const {
    return GetParam() == net::Family::v4 ? "10.9.0.3" : "[2001:db8:9::3]";
  }
  bool own(const std::string& uri) const { return identity_.is_own(*sip::parse_uri(uri)); }

  ServerIdentity identity_{"example.org", "edge.example.org", 5060};
};
INSTANTIATE_TEST_SUITE_P(Families, ServerIdentityTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(ServerIdentityTest, KnowsItsNamesAndAddresses) {
  EXPECT_TRUE(own("sip:bob@example.org"));
  EXPECT_TRUE(own("sip:bob@EXAMPLE.org:5060"));
  EXPECT_TRUE(own("sip:edge.example.org;lr"));
  EXPECT_TRUE(own("sip:" + host()));
  EXPECT_TRUE(own("sip:bob@" + host() + ":5060"));
}

TEST_P(ServerIdentityTest, KnowsWhatIsNotItself) {
  EXPECT_FALSE(own("sip:bob@example.net"));
  EXPECT_FALSE(own("sip:bob@example.org:5070"));
  EXPECT_FALSE(own("sip:" + host() + ":5070"));
  EXPECT_FALSE(own("sip:" + elsewhere()));
  EXPECT_FALSE(own("tel:+1234"));
}

TEST_P(ServerIdentityTest, OnAnotherPortAnAddressNeedsThatPort) {
  ServerIdentity identity("example.org", "", 5080);
  identity.add_address(*net::IpAddress::parse(host()));
  EXPECT_FALSE(identity.is_own(*sip::parse_uri("sip:" + host())));
  EXPECT_TRUE(identity.is_own(*sip::parse_uri("sip:" + host() + ":5080")));
  EXPECT_TRUE(identity.is_own(*sip::parse_uri("sip:bob@example.org")));
}

TEST_P(ServerIdentityTest, KnowsItsPortOfTls) {
  ServerIdentity identity("example.org", "", 5060, 5061);
  identity.add_address(*net::IpAddress::parse(host()));
  EXPECT_TRUE(identity.is_own(*sip::parse_uri("sip:example.org:5061;transport=tls;lr")));
  EXPECT_TRUE(identity.is_own(*sip::parse_uri("sips:" + host())));
  EXPECT_TRUE(identity.is_own(*sip::parse_uri("sip:" + host() + ";transport=TLS")));
  EXPECT_TRUE(identity.is_own(*sip::parse_via("SIP/2.0/TLS " + host() + ";branch=z9hG4bK1")));
  EXPECT_EQ(identity.name_and_port(net::Transport::tls), "example.org:5061");
  EXPECT_EQ(identity.name_and_port(net::Transport::tcp), "example.org:5060");
  EXPECT_FALSE(own("sip:example.org:5061"));
  EXPECT_FALSE(own("sips:" + host()));
}

TEST_P(ServerIdentityTest, KnowsItsVia) {
  EXPECT_TRUE(identity_.is_own(*sip::parse_via("SIP/2.0/UDP " + host() + ":5060;branch=z9hG4bK1")));
  EXPECT_FALSE(
      identity_.is_own(*sip::parse_via("SIP/2.0/UDP " + elsewhere() + ";branch=z9hG4bK1")));
}

TEST_P(ServerIdentityTest, TellsANameFromAnAddress) {
  EXPECT_TRUE(identity_.has_name());
  EXPECT_EQ(identity_.name_and_port(), "edge.example.org:5060");
  EXPECT_EQ(ServerIdentity("example.org", "", 5080).name_and_port(), "example.org:5080");
  EXPECT_FALSE(ServerIdentity(to_string(*net::IpAddress::parse(host())), "", 5060).has_name());
}

TEST_P(ServerIdentityTest, TakesItsRoutesOffAndLeavesTheOthers) {
  sip::Message request = sip::Message::request("BYE", "sip:bob@" + elsewhere());
  EXPECT_THAT(identity_.take_own_routes(request), IsEmpty());
  request.add(sip::Field::route, "<sip:edge.example.org:5060;lr>");
  request.add(sip::Field::route, "<sip:" + host() + ";lr>");
  request.add(sip::Field::route, "<sip:other.example.net;lr>");
  EXPECT_THAT(identity_.take_own_routes(request), Not(IsEmpty()));
  EXPECT_THAT(request.values(sip::Field::route), ElementsAre("<sip:other.example.net;lr>"));
}

// RFC 5658 §3.3: one for each side.
TEST_P(ServerIdentityTest, TakesBothOfItsRoutesOff) {
  ServerIdentity identity("example.org", "", 5060, 5061);
  sip::Message request = sip::Message::request("BYE", "sip:bob@" + elsewhere());
  request.add(sip::Field::route, "<sip:example.org:5061;transport=tls;lr>");
  request.add(sip::Field::route, "<sip:example.org:5060;lr>");
  EXPECT_THAT(identity.take_own_routes(request), Not(IsEmpty()));
  EXPECT_THAT(request.values(sip::Field::route), IsEmpty());
}

// RFC 3261 §16.4
TEST_P(ServerIdentityTest, UndoesWhatAStrictRouterDid) {
  sip::Message request = sip::Message::request("BYE", "sip:edge.example.org:5060;lr");
  request.add(sip::Field::route, "<sip:bob@" + elsewhere() + ">");
  EXPECT_THAT(identity_.take_own_routes(request), Not(IsEmpty()));
  EXPECT_EQ(request.uri(), "sip:bob@" + elsewhere());
  EXPECT_THAT(request.values(sip::Field::route), IsEmpty());
}

}  // namespace
}  // namespace godwit::server
