// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/flow_truth.h"

#include <gmock/gmock.h>

#include "sip/transport/request_size.h"

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

/// Hosts as they stand in URIs, and the type of their family in SDP.
struct Hosts {
  std::string local;
  std::string remote;
  std::string other;    // of the same family
  std::string foreign;  // of the other family
};

const Hosts kV4{"10.1.0.2", "10.9.0.2", "10.2.0.2", "[2001:db8:2::2]"};
const Hosts kV6{"[2001:db8:1::2]", "[2001:db8:9::2]", "[2001:db8:2::2]", "10.2.0.2"};

net::Flow flow_between(const std::string& local, const std::string& remote) {
  net::Flow flow;
  flow.local = net::SocketAddress::parse(local + ":5060").value();
  flow.remote = net::SocketAddress::parse(remote + ":5060").value();
  return flow;
}

std::string bare(const std::string& host) {
  return host.front() == '[' ? host.substr(1, host.size() - 2) : host;
}

std::string sdp_type(const std::string& host) {
  return host.front() == '[' ? "IP6" : "IP4";
}

std::string sdp(const std::string& origin, const std::string& connection) {
  return "v=0\r\no=- 1 1 IN " + sdp_type(origin) + " " + bare(origin) + "\r\ns=-\r\nc=IN " +
         sdp_type(connection) + " " + bare(connection) + "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";
}

Message request_on(const net::Flow& flow, std::string_view method = "INVITE") {
  auto request = Message::request(method, "sip:bob@example.com");
  request.add(Field::via, to_string(via_for(flow, "z9hG4bK1")));
  request.add(Field::cseq, "1 " + std::string(method));
  return request;
}

Message response_to(std::string_view method, int status) {
  auto response = Message::response(status);
  response.add(Field::cseq, "1 " + std::string(method));
  return response;
}

class FlowTruthTest : public ::testing::TestWithParam<Hosts> {
 protected:
  const Hosts& hosts_ = GetParam();
  net::Flow flow_ = flow_between(hosts_.local, hosts_.remote);
  Message invite_ = request_on(flow_);

  [[nodiscard]] std::string contact(const std::string& host, int port = 5060) const {
    return "<sip:alice@" + host + ":" + std::to_string(port) + ";ob>";
  }
};

INSTANTIATE_TEST_SUITE_P(BothFamilies, FlowTruthTest, ::testing::Values(kV4, kV6));

TEST_P(FlowTruthTest, AMessageRenderedFromItsFlowIsTrue) {
  invite_.add(Field::contact, contact(hosts_.local));
  invite_.set_body("application/sdp", sdp(hosts_.local, hosts_.local));
  EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt);
}

TEST_P(FlowTruthTest, AViaOfAnotherAddressPortOrTransportIsNot) {
  for (const auto& via :
       {"SIP/2.0/UDP " + hosts_.other + ":5060", "SIP/2.0/UDP " + hosts_.foreign + ":5060",
        "SIP/2.0/UDP " + hosts_.local + ":5070", "SIP/2.0/TCP " + hosts_.local + ":5060"}) {
    invite_.set(Field::via, via);
    EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("Via says"))) << via;
    EXPECT_THAT(find_untruth(invite_, flow_, Origin::forwarded), Optional(HasSubstr("Via")));
  }
  invite_.remove(Field::via);
  EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("Via does not read")));
}

TEST_P(FlowTruthTest, AViaWithoutAPortMeansTheDefault) {
  invite_.set(Field::via, "SIP/2.0/UDP " + hosts_.local);
  EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt);
  flow_.local.port = 5070;
  EXPECT_TRUE(find_untruth(invite_, flow_));
}

// T56: the port of a listener, or of the connection itself.
TEST_P(FlowTruthTest, T56_OverAConnectionAnyPortOfTheAddressIsTrue) {
  for (const auto transport : {net::Transport::tcp, net::Transport::tls}) {
    flow_.transport = transport;
    const std::string parameter = ";transport=" + std::string(net::to_string(transport)) + ">";
    for (const char* port : {"", ":5060", ":5099"}) {
      invite_.set(Field::via, "SIP/2.0/" + std::string(net::via_transport(transport)) + " " +
                                  hosts_.local + port);
      invite_.set(Field::contact, "<sip:alice@" + hosts_.local + port + parameter);
      EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt) << port;
    }
    for (const auto& host : {hosts_.other, hosts_.foreign}) {
      invite_.set(Field::contact, "<sip:alice@" + host + parameter);
      EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("Contact says")));
    }
    invite_.set(Field::via, "SIP/2.0/UDP " + hosts_.local);
    EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("Via says UDP")));
  }
}

// RFC 3261 §18.1.1: TCP carries it for its size alone.
TEST_P(FlowTruthTest, ARequestThatIsTooLargeForUdpMayNameTheUdpSocketOverTcp) {
  flow_.transport = net::Transport::tcp;
  auto invite = request_on(flow_);
  invite.add(Field::contact, contact(hosts_.local));
  EXPECT_THAT(find_untruth(invite, flow_), Optional(HasSubstr("Contact leads elsewhere")));
  invite.set_body("text/plain", std::string(kLargestUdpRequest, 'x'));
  EXPECT_EQ(find_untruth(invite, flow_), std::nullopt);
  flow_.transport = net::Transport::tls;
  invite.set(Field::via, to_string(via_for(flow_, "z9hG4bK1")));
  EXPECT_THAT(find_untruth(invite, flow_), Optional(HasSubstr("Contact leads elsewhere")));
}

TEST_P(FlowTruthTest, AContactLeadsBackByTheTransportOfItsFlow) {
  const auto untruth = [&](net::Transport transport, const std::string& scheme,
                           const std::string& parameters) {
    flow_.transport = transport;
    auto invite = request_on(flow_);
    invite.add(Field::contact, "<" + scheme + ":alice@" + hosts_.local + parameters + ">");
    return find_untruth(invite, flow_).value_or("");
  };
  using net::Transport;
  EXPECT_EQ(untruth(Transport::udp, "sip", ""), "");
  EXPECT_EQ(untruth(Transport::udp, "sip", ";transport=UDP"), "");
  EXPECT_EQ(untruth(Transport::tcp, "sip", ";ob;transport=TCP"), "");
  EXPECT_EQ(untruth(Transport::tls, "sip", ";transport=tls"), "");
  EXPECT_EQ(untruth(Transport::tls, "sips", ""), "");
  EXPECT_EQ(untruth(Transport::tls, "sips", ";transport=tcp"), "");

  EXPECT_THAT(untruth(Transport::udp, "sip", ";transport=tcp"), HasSubstr("elsewhere than by udp"));
  EXPECT_THAT(untruth(Transport::tcp, "sip", ""), HasSubstr("elsewhere than by tcp"));
  EXPECT_THAT(untruth(Transport::tcp, "sip", ";transport=tls"), HasSubstr("elsewhere"));
  EXPECT_THAT(untruth(Transport::tcp, "sips", ""), HasSubstr("elsewhere"));
  EXPECT_THAT(untruth(Transport::tls, "sip", ""), HasSubstr("elsewhere than by tls"));
  EXPECT_THAT(untruth(Transport::tls, "sip", ";transport=sctp"), HasSubstr("elsewhere"));
}

TEST_P(FlowTruthTest, WhatAFlowAdvertisesIsTrueAndItsLocalAddressNoMore) {
  flow_.advertised = net::SocketAddress::parse(hosts_.other + ":5099");
  auto invite = request_on(flow_);
  invite.add(Field::contact, contact(hosts_.other, 5099));
  EXPECT_EQ(find_untruth(invite, flow_), std::nullopt);
  invite.set(Field::contact, contact(hosts_.other, 5060));
  EXPECT_THAT(find_untruth(invite, flow_), Optional(HasSubstr("Contact says")));
  EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("Via says")));
}

TEST_P(FlowTruthTest, ACancelRepeatsTheInvitesVia) {
  auto cancel = request_on(flow_between(hosts_.other, hosts_.remote), "CANCEL");
  EXPECT_EQ(find_untruth(cancel, flow_), std::nullopt);
}

TEST_P(FlowTruthTest, TheViaOfAResponseIsTheRequesters) {
  auto response = response_to("INVITE", 200);
  response.add(Field::via, "SIP/2.0/UDP " + hosts_.remote);
  EXPECT_EQ(find_untruth(response, flow_), std::nullopt);
}

TEST_P(FlowTruthTest, AContactOfAnotherAddressOrPortIsUntrue) {
  for (const auto& value : {contact(hosts_.other), contact(hosts_.foreign),
                            contact(hosts_.local, 5070), std::string("<sip:a@>")}) {
    invite_.set(Field::contact, value);
    EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("Contact"))) << value;
    EXPECT_EQ(find_untruth(invite_, flow_, Origin::forwarded), std::nullopt);
  }
  auto ok = response_to("INVITE", 200);
  ok.add(Field::contact, contact(hosts_.other));
  EXPECT_THAT(find_untruth(ok, flow_), Optional(HasSubstr("Contact")));
}

TEST_P(FlowTruthTest, ANameSaysNothingOfAddresses) {
  invite_.set(Field::contact, "<sip:alice@phone.example.com>");
  invite_.set(Field::via, "SIP/2.0/UDP phone.example.com");
  invite_.set_body("application/sdp", "c=IN " + sdp_type(hosts_.local) + " phone.example.com\r\n");
  EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt);
}

TEST_P(FlowTruthTest, ABindingBeingRemovedMayHaveAnOldAddress) {
  auto removal = request_on(flow_, "REGISTER");
  removal.add(Field::contact, contact(hosts_.local) + ";expires=600");
  removal.add(Field::contact, contact(hosts_.other) + ";expires=0");
  EXPECT_EQ(find_untruth(removal, flow_), std::nullopt);

  removal.set(Field::contact, contact(hosts_.other));
  EXPECT_TRUE(find_untruth(removal, flow_));
  removal.set(Field::expires, "0");
  EXPECT_EQ(find_untruth(removal, flow_), std::nullopt);
  removal.set(Field::contact, "*");
  EXPECT_EQ(find_untruth(removal, flow_), std::nullopt);

  invite_.set(Field::contact, contact(hosts_.other) + ";expires=0");
  EXPECT_TRUE(find_untruth(invite_, flow_)) << "only a REGISTER removes";
}

TEST_P(FlowTruthTest, RegistrarsAndRedirectsListOthersContacts) {
  for (auto response : {response_to("REGISTER", 200), response_to("INVITE", 302)}) {
    response.add(Field::contact, contact(hosts_.other));
    EXPECT_EQ(find_untruth(response, flow_), std::nullopt);
  }
}

TEST_P(FlowTruthTest, MediaMayBeOfTheOtherFamily) {  // an answer takes the offer's: R29
  invite_.set_body("application/sdp", sdp(hosts_.foreign, hosts_.foreign));
  EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt);
}

TEST_P(FlowTruthTest, T81_MediaMayBeAtThePublicAddressOfANat) {
  auto flow = flow_;
  invite_.set_body("application/sdp", sdp(hosts_.other, hosts_.other));
  EXPECT_EQ(find_untruth(invite_, flow), std::nullopt) << "media has a NAT of its own";
  invite_.set_body("application/sdp", "v=0\nc=IN IP6 held.invalid\n");
  EXPECT_EQ(find_untruth(invite_, flow), std::nullopt);
}

TEST_P(FlowTruthTest, SdpAddressesMustBeOfTheTypeNamedAndPlainlyWritten) {
  const auto type = sdp_type(hosts_.local);
  const auto foreign_type = sdp_type(hosts_.foreign);
  for (const auto& line :
       {"c=IN " + type + " " + bare(hosts_.foreign),
        "o=- 1 1 IN " + foreign_type + " " + bare(hosts_.local),
        std::string("o=- 1 1 IN IP6 [2001:db8::1]"), std::string("o=- 1 1 IN IP6 2001:db8::1%eth0"),
        std::string("o=- 1 1 IN IP6 ::ffff:10.1.0.2"), std::string("o=- 1 1 IN IP6 fe80::1"),
        std::string("o=- 1 1 IN IP6 ::1"), std::string("o=- 1 1 IN IP4 127.0.0.1"),
        std::string("o=- 1 1 IN IP4 192.0.0.4"), std::string("c=IN IP6 ::")}) {
    invite_.set_body("Application/SDP ; charset=utf-8", "v=0\n" + line + "\n");
    EXPECT_THAT(find_untruth(invite_, flow_), Optional(HasSubstr("SDP says " + line + ", ")))
        << line;
    invite_.set_body("text/plain", line);
    EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt) << "not SDP";
  }
}

TEST_P(FlowTruthTest, OnlyLiteralRecordRoutesOfAForwardedRequestCount) {
  invite_.add(Field::record_route, "<sip:proxy.example.com;lr>");
  EXPECT_EQ(find_untruth(invite_, flow_, Origin::forwarded), std::nullopt);
  invite_.prepend(Field::record_route, "<sip:" + hosts_.local + ";lr>");
  EXPECT_EQ(find_untruth(invite_, flow_, Origin::forwarded), std::nullopt);
  invite_.prepend(Field::record_route, "<sip:" + hosts_.other + ";lr>");
  EXPECT_THAT(find_untruth(invite_, flow_, Origin::forwarded), Optional(HasSubstr("Record-Route")));
  EXPECT_EQ(find_untruth(invite_, flow_), std::nullopt);

  auto response = response_to("INVITE", 200);
  response.add(Field::record_route, "<sip:" + hosts_.other + ";lr>");
  EXPECT_EQ(find_untruth(response, flow_, Origin::forwarded), std::nullopt);
}

struct Unfit {
  std::string local;
  std::string like_it;
  std::string elsewhere;
};
class UnfitAddressTest : public ::testing::TestWithParam<Unfit> {};

TEST_P(UnfitAddressTest, IsToldOnlyToItsLike) {
  for (const bool told_to_its_like : {true, false}) {
    const auto& [local, like_it, elsewhere] = GetParam();
    const auto flow = flow_between(local, told_to_its_like ? like_it : elsewhere);
    auto invite = request_on(flow);
    EXPECT_EQ(find_untruth(invite, flow) == std::nullopt, told_to_its_like);
    invite.set(Field::via, "SIP/2.0/UDP name.example.com");
    invite.set(Field::contact, "<sip:a@" + local + ">");
    EXPECT_EQ(find_untruth(invite, flow) == std::nullopt, told_to_its_like);
    invite.remove(Field::contact);
    invite.set_body("application/sdp", sdp(local, local));
    EXPECT_EQ(find_untruth(invite, flow) == std::nullopt, told_to_its_like);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, UnfitAddressTest,
                         ::testing::Values(Unfit{"127.0.0.1", "127.0.0.2", "10.9.0.2"},
                                           Unfit{"169.254.1.1", "169.254.1.2", "10.9.0.2"},
                                           Unfit{"192.0.0.4", "192.0.0.1", "10.9.0.2"},
                                           Unfit{"[::1]", "[::1]", "[2001:db8::2]"},
                                           Unfit{"[fe80::1]", "[fe80::2]", "[2001:db8::2]"}));

TEST(MappedAddressTest, IsUntrueThoughItStandsForTheFlowsOwn) {
  const auto flow = flow_between(kV4.local, kV4.remote);
  auto invite = request_on(flow);
  invite.add(Field::contact, "<sip:a@[::ffff:10.1.0.2]>");
  EXPECT_THAT(find_untruth(invite, flow), Optional(HasSubstr("IPv4-mapped")));
}

TEST(LinkLocalScopeTest, IsNoPartOfWhatAMessageSays) {
  auto bytes = std::array<std::uint8_t, 16>{0xfe, 0x80};
  bytes[15] = 1;
  auto flow = flow_between("[fe80::1]", "[fe80::2]");
  flow.local.address = net::IpAddress::v6(bytes, 7);
  EXPECT_EQ(find_untruth(request_on(flow), flow), std::nullopt);
}

}  // namespace
}  // namespace godwit::sip
