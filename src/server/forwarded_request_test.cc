// SPDX-License-Identifier: Apache-2.0
#include "server/forwarded_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using ::testing::ElementsAre;

class ForwardedRequestTest : public ::testing::TestWithParam<net::Family> {
 protected:
  std::string host() const {
    return GetParam() == net::Family::v4 ? "10.2.0.2" : "[2001:db8:2::2]";
  }
  sip::Message request(std::string_view method) const {
    sip::Message m = sip::Message::request(method, "sip:bob@example.org");
    m.add(sip::Field::max_forwards, "10");
    m.add(sip::Field::to, "<sip:bob@example.org>");
    return m;
  }
  ForwardedRequest forward(const sip::Message& m, const std::string& target) const {
    return make_forwarded(m, *sip::parse_uri(target));
  }
};
INSTANTIATE_TEST_SUITE_P(Families, ForwardedRequestTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(ForwardedRequestTest, GoesToItsTargetWithOneHopLess) {
  const auto f = forward(request("INVITE"), "sip:bob@" + host() + ":5080;method=BYE;x?Subject=a");
  EXPECT_EQ(f.message.uri(), "sip:bob@" + host() + ":5080;x");
  EXPECT_EQ(f.message.field(sip::Field::max_forwards), "9");
  EXPECT_EQ(f.next_hop.port, 5080);
}

TEST_P(ForwardedRequestTest, AddsMaxForwardsWhereItIsMissing) {
  sip::Message m = request("INVITE");
  m.remove(sip::Field::max_forwards);
  EXPECT_EQ(forward(m, "sip:bob@" + host()).message.field(sip::Field::max_forwards), "70");
}

TEST_P(ForwardedRequestTest, FollowsALooseRoute) {
  sip::Message m = request("BYE");
  m.add(sip::Field::route, "<sip:next.example.net;lr>");
  const auto f = forward(m, "sip:bob@" + host());
  EXPECT_EQ(sip::to_string(f.next_hop.host), "next.example.net");
  EXPECT_EQ(f.message.uri(), "sip:bob@" + host());
  EXPECT_EQ(f.message.count(sip::Field::route), 1U);
}

// RFC 3261 §16.6 step 6
TEST_P(ForwardedRequestTest, MakesTheDetourForAStrictRouter) {
  sip::Message m = request("BYE");
  m.add(sip::Field::route, "<sip:old.example.net>");
  const auto f = forward(m, "sip:bob@" + host());
  EXPECT_EQ(f.message.uri(), "sip:old.example.net");
  EXPECT_THAT(f.message.values(sip::Field::route), ElementsAre("<sip:bob@" + host() + ">"));
  EXPECT_EQ(sip::to_string(f.next_hop.host), "old.example.net");
}

TEST_P(ForwardedRequestTest, GoesByThePathOfItsBinding) {  // RFC 3327 section 5.3
  const std::vector<sip::NameAddr> path = {*sip::parse_name_addr("<sip:edge@" + host() + ";lr>"),
                                           *sip::parse_name_addr("<sip:core.example.org;lr>")};
  const auto f = make_forwarded(request("INVITE"), *sip::parse_uri("sip:bob@phone.example.org"),
                                path);
  EXPECT_EQ(f.message.uri(), "sip:bob@phone.example.org");
  EXPECT_THAT(f.message.values(sip::Field::route),
              ElementsAre("<sip:edge@" + host() + ";lr>", "<sip:core.example.org;lr>"));
  EXPECT_EQ(to_string(f.next_hop), "sip:edge@" + host() + ";lr");
}

}  // namespace
}  // namespace godwit::server
