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
  static Side side(net::Family family, net::Transport transport) {
    const char* const host = family == net::Family::v4 ? "10.9.0.2" : "2001:db8:9::2";
    const std::uint16_t port = transport == net::Transport::tls ? 5061 : 5060;
    return {transport, {*net::IpAddress::parse(host), port}};
  }
  Side own(net::Transport transport = net::Transport::udp) const {
    return side(GetParam(), transport);
  }
  Side other() const {
    return side(GetParam() == net::Family::v4 ? net::Family::v6 : net::Family::v4,
                net::Transport::udp);
  }
  static sip::Message request(std::string_view method, const std::string& to_tag = {}) {
    sip::Message m = sip::Message::request(method, "sip:bob@example.org");
    m.add(sip::Field::to, "<sip:bob@example.org>" + (to_tag.empty() ? "" : ";tag=" + to_tag));
    return m;
  }
  std::vector<std::string> routes(sip::Message m, const Passage& passage,
                                  const std::string& host_name) const {
    add_record_route(m, passage, ServerIdentity("example.org", host_name, 5060, 5061));
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
              ElementsAre("<sip:" + to_string(own().address) + ";lr>"));
  EXPECT_THAT(routes(request("INVITE"), {own(), other()}, "10.9.0.9"),
              ElementsAre("<sip:" + to_string(other().address) + ";lr>",
                          "<sip:" + to_string(own().address) + ";lr>"));
}

// RFC 5658 §3.3
TEST_P(RecordRouteTest, ChangingTransportsItWritesOneForEachSide) {
  using net::Transport;
  const Passage down{own(Transport::tls), own(Transport::udp)};
  EXPECT_THAT(routes(request("INVITE"), down, ""),
              ElementsAre("<sip:example.org:5060;lr>", "<sip:example.org:5061;transport=tls;lr>"));
  const Passage up{own(Transport::udp), own(Transport::tcp)};
  EXPECT_THAT(routes(request("INVITE"), up, ""),
              ElementsAre("<sip:example.org:5060;transport=tcp;lr>", "<sip:example.org:5060;lr>"));
  EXPECT_THAT(routes(request("INVITE"), up, "10.9.0.9"),
              ElementsAre("<sip:" + to_string(own().address) + ";transport=tcp;lr>",
                          "<sip:" + to_string(own().address) + ";lr>"));
}

TEST_P(RecordRouteTest, OnOneTransportItWritesOne) {
  const Side tcp = own(net::Transport::tcp);
  EXPECT_THAT(routes(request("INVITE"), {tcp, tcp}, ""),
              ElementsAre("<sip:example.org:5060;transport=tcp;lr>"));
}

// RFC 3261 §16.6 step 4
TEST_P(RecordRouteTest, ASecureRequestIsRecordedSecurely) {
  sip::Message m = sip::Message::request("INVITE", "sips:bob@example.org");
  m.add(sip::Field::to, "<sips:bob@example.org>");
  EXPECT_THAT(routes(m, {own(net::Transport::tls), own(net::Transport::tls)}, ""),
              ElementsAre("<sips:example.org:5061;lr>"));
}

TEST_P(RecordRouteTest, ASideIsWhereWeListen) {
  const net::Flow accepted{
      net::FlowId{1}, net::Transport::tcp, own(net::Transport::tcp).address, {}};
  EXPECT_EQ(side_of(accepted), own(net::Transport::tcp));
  net::Flow opened = accepted;
  opened.local.port = 40000;
  opened.advertised = own(net::Transport::tcp).address;
  EXPECT_EQ(side_of(opened), own(net::Transport::tcp));
}

}  // namespace
}  // namespace godwit::server
