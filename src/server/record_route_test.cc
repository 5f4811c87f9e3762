// SPDX-License-Identifier: Apache-2.0
#include "server/record_route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecordRouteTest : public ::testing::TestWithParam<net::Family> {
 protected:
  net::SocketAddress own() const {
    return *net::SocketAddress::parse(GetParam() == net::Family::v4 ? "10.9.0.2:5060"
                                                                    : "[2001:db8:9::2]:5060");
  }
  net::SocketAddress other() const {
    return *net::SocketAddress::parse(GetParam() == net::Family::v4 ? "[2001:db8:9::2]:5060"
                                                                    : "10.9.0.2:5060");
  }
  static sip::Message request(std::string_view method, const std::string& to_tag = {}) {
    sip::Message m = sip::Message::request(method, "sip:bob@example.org");
    m.add(sip::Field::to, "<sip:bob@example.org>" + (to_tag.empty() ? "" : ";tag=" + to_tag));
    return m;
  }
  std::vector<std::string> routes(sip::Message m, const Passage& passage,
                                  const std::string& host_name) const {
    add_record_route(m, passage, ServerIdentity("example.org", host_name, 5060));
    std::vector<std::string> out;
    for (const auto value : m.values(sip::Field::record_route)) out.emplace_back(value);
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Families, RecordRouteTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(RecordRouteTest, NamesTheServerOnceWhateverTheFamilies) {
  for (const char* const method : {"INVITE", "SUBSCRIBE", "REFER", "NOTIFY"}) {
    EXPECT_THAT(routes(request(method), {own(), other()}, "edge.example.org"),
                ElementsAre("<sip:edge.example.org:5060;lr>"));
  }
  EXPECT_THAT(routes(request("INVITE"), {own(), own()}, ""),
              ElementsAre("<sip:example.org:5060;lr>"));
}

TEST_P(RecordRouteTest, LeavesAloneWhatMakesNoDialog) {
  for (const sip::Message& m : {request("INVITE", "1"), request("BYE", "1"), request("OPTIONS")}) {
    EXPECT_THAT(routes(m, {own(), other()}, ""), IsEmpty());
  }
}

TEST_P(RecordRouteTest, StandsOnTopOfOthers) {
  for (sip::Message m : {request("INVITE"), request("INVITE", "1"), request("ACK", "1")}) {
    m.add(sip::Field::record_route, "<sip:127.0.0.1;lr>");
    EXPECT_THAT(routes(m, {own(), other()}, ""),
                ElementsAre("<sip:example.org:5060;lr>", "<sip:127.0.0.1;lr>"));
  }
}

TEST_P(RecordRouteTest, WithoutANameGivesEachSideTheAddressItCanReach) {
  EXPECT_THAT(routes(request("INVITE"), {own(), own()}, "10.9.0.9"),
              ElementsAre("<sip:" + to_string(own()) + ";lr>"));
  EXPECT_THAT(
      routes(request("INVITE"), {own(), other()}, "10.9.0.9"),
      ElementsAre("<sip:" + to_string(other()) + ";lr>", "<sip:" + to_string(own()) + ";lr>"));
}

}  // namespace
}  // namespace godwit::server
