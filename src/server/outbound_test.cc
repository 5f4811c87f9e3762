// SPDX-License-Identifier: Apache-2.0
// RFC 5626 as clients meet it: through the whole server, which is their registrar and edge proxy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stun/message.h"
#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kDesk = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
constexpr const char* kMobile = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

/// Alice calls from UDP; Bob's flows come by each transport, from behind NATs: what his Contacts
/// say leads nowhere.
class OutboundTest : public ::testing::TestWithParam<Transport> {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}, {"bob", "hidden"}};
    o.edge_domains = {"example.net"};
    return ServerShell::with_tls(o);
  }
  static net::SocketAddress at(int network, std::uint16_t port) {
    return {*net::IpAddress::parse("10." + std::to_string(network) + ".0.2"), port};
  }
  static std::string contact(int reg_id, const std::string& instance = kDesk, int host = 7) {
    return "<sip:bob@192.168.0." + std::to_string(host) + ":5062;ob>;+sip.instance=\"<" + instance +
           ">\";reg-id=" + std::to_string(reg_id);
  }
  static sip::Message registration(TestAgent& agent, const std::string& contact) {
    sip::Message m = agent.registration();
    m.set(sip::Field::contact, contact);
    m.add(sip::Field::supported, "path, outbound");
    return m;
  }
  /// The answer that comes once the challenge is met.
  sip::Message sign_in(TestAgent& agent, sip::Message m) {
    m.set(sip::Field::call_id,
          "register-" + std::to_string(agent.at().port) + to_string(agent.at().address));
    agent.send(m);
    const auto challenged = agent.answer();
    if (!challenged || challenged->status() != 401) return sip::Message::response(600);
    agent.renew(m);
    agent.authorize(m, *challenged, "hidden");
    agent.send(m);
    return agent.answer().value_or(sip::Message::response(600));
  }
  sip::Message sign_in(TestAgent& agent, int reg_id, const std::string& instance = kDesk) {
    return sign_in(agent, registration(agent, contact(reg_id, instance)));
  }
  std::size_t bound() const { return shell_.server.bindings("bob", shell_.now).size(); }
  int answer_status() {
    const auto m = alice_.answer();
    return m ? m->status() : 0;
  }
  /// The flow does not work any more, as far as anybody can tell.
  void fail(TestAgent& agent) {
    if (GetParam() != Transport::udp) return shell_.hang_up(agent.connection());
    shell_.input(sip::FlowFailed{shell_.flows.at(net::Family::v4), agent.at(),
                                 Error{Errc::unreachable, "ICMP"}});
  }
  static sip::Message by_routes(sip::Message m, std::vector<std::string_view> routes) {
    for (const auto route : routes) m.add(sip::Field::route, route);
    return m;
  }

  ServerShell shell_{options()};
  TestAgent alice_{shell_, "alice", at(1, 5060)};
  TestAgent first_{shell_, "bob", at(2, 41'000), GetParam()};
  TestAgent second_{shell_, "bob", at(3, 42'000), GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Transports, OutboundTest,
                         ::testing::Values(Transport::udp, Transport::tcp, Transport::tls),
                         [](const auto& p) { return std::string(to_string(p.param)); });

/// What only who has a connection notices.
class OutboundStreamsTest : public OutboundTest {};
INSTANTIATE_TEST_SUITE_P(Transports, OutboundStreamsTest,
                         ::testing::Values(Transport::tcp, Transport::tls),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(OutboundTest, ABindingIsKnownByInstanceAndRegIdWhateverItsContact) {
  const auto ok = sign_in(first_, 1);
  EXPECT_EQ(ok.status(), 200);
  EXPECT_EQ(ok.field(sip::Field::require), "outbound");
  EXPECT_EQ(ok.field(sip::Field::flow_timer), "120");
  EXPECT_THAT(std::string(*ok.field(sip::Field::contact)), StartsWith(contact(1)));
  EXPECT_EQ(bound(), 1U);

  (void)sign_in(second_, registration(second_, contact(1, kDesk, 9)));
  const auto bindings = shell_.server.bindings("bob", shell_.now);
  ASSERT_THAT(bindings, SizeIs(1));
  EXPECT_EQ(to_string(bindings[0].contact), "sip:bob@192.168.0.9:5062;ob");
  (void)sign_in(first_, 2);
  (void)sign_in(first_, 1, kMobile);
  EXPECT_EQ(bound(), 3U);
  (void)sign_in(second_, registration(second_, contact(1, kDesk, 11) + ";expires=0"));
  EXPECT_EQ(bound(), 2U);
}

TEST_P(OutboundTest, WhoDoesNotSpeakOfOutboundIsBoundByContact) {
  sip::Message m = registration(first_, contact(1));
  m.set(sip::Field::supported, "path");
  const auto ok = sign_in(first_, m);
  EXPECT_EQ(ok.status(), 200);
  EXPECT_EQ(ok.count(sip::Field::require), 0U);
  m = registration(first_, contact(1, kDesk, 9));
  m.set(sip::Field::supported, "path");
  (void)sign_in(first_, m);
  EXPECT_EQ(bound(), 2U);
}

TEST_P(OutboundTest, TheFirstHopHasToKnowTheFlow) {
  sip::Message m = registration(first_, contact(1));
  m.add(sip::Field::path, "<sip:edge.example.net;lr>");
  EXPECT_EQ(sign_in(first_, m).status(), 439);
  m = registration(first_, contact(1));
  m.add(sip::Field::path, "<sip:core.example.net;lr>, <sip:edge.example.net;lr;ob>");
  const auto ok = sign_in(first_, m);
  EXPECT_EQ(ok.status(), 200);
  EXPECT_EQ(ok.count(sip::Field::flow_timer), 0U);
  EXPECT_FALSE(shell_.server.bindings("bob", shell_.now)[0].connection);
}

TEST_P(OutboundTest, OneRegisterMakesOneFlow) {
  sip::Message m = registration(first_, contact(1));
  m.add(sip::Field::contact, contact(2));
  EXPECT_EQ(sign_in(first_, m).status(), 400);
  m = registration(first_, contact(1));
  m.add(sip::Field::contact, contact(2) + ";expires=0");
  EXPECT_EQ(sign_in(first_, m).status(), 200);
}

TEST_P(OutboundTest, ADialogFindsBothFlowsAgain) {
  (void)sign_in(first_, 1);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  const auto at_bob = first_.next();
  ASSERT_TRUE(at_bob);
  EXPECT_EQ(at_bob->uri(), "sip:bob@192.168.0.7:5062;ob");
  auto routes = at_bob->values(sip::Field::record_route);
  ASSERT_THAT(routes, SizeIs(2));
  EXPECT_THAT(std::string(routes[0]), StartsWith("<sip:flow-"));
  EXPECT_EQ(routes[1], "<sip:example.org:5060;lr>");
  first_.respond(*at_bob, 200, "<sip:bob@192.168.0.7:5062;ob>");
  const auto ok = alice_.answer();
  ASSERT_TRUE(ok);

  const std::string target = "sip:bob@192.168.0.7:5062;ob";
  const std::string to = "<sip:bob@example.org>;tag=bob-answer";
  for (const char* const method : {"ACK", "BYE"}) {
    alice_.send(by_routes(alice_.request(method, target, to), {routes[1], routes[0]}));
    const auto heard = first_.next();
    ASSERT_TRUE(heard) << method;
    EXPECT_EQ(heard->method_name(), method);
    EXPECT_THAT(heard->values(sip::Field::route), IsEmpty());
  }
  first_.send(by_routes(first_.request("INFO", "sip:alice@" + to_string(alice_.at()), to), routes));
  const auto info = alice_.answer();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->method(), sip::Method::info);
  EXPECT_THAT(shell_.opened, IsEmpty());
}

TEST_P(OutboundTest, ACallerIsFoundByItsFlowToo) {
  (void)sign_in(first_, 1);
  TestAgent carol(shell_, "alice", at(5, 5060));
  sip::Message m = carol.registration();
  carol.send(m);
  const auto challenged = carol.answer();
  carol.renew(m);
  carol.authorize(m, *challenged, "secret");
  carol.send(m);
  ASSERT_EQ(carol.answer()->status(), 200);

  sip::Message invite = first_.invitation("alice");
  invite.set(sip::Field::contact, "<sip:bob@192.168.0.7:5062;ob>");
  (void)first_.call(invite, "hidden");
  const auto heard = carol.next();
  ASSERT_TRUE(heard);
  const auto routes = heard->values(sip::Field::record_route);
  ASSERT_THAT(routes, SizeIs(2));
  EXPECT_EQ(routes[0], "<sip:example.org:5060;lr>");
  EXPECT_THAT(std::string(routes[1]), StartsWith("<sip:flow-"));
  carol.send(
      by_routes(carol.request("BYE", "sip:bob@192.168.0.7:5062;ob", "<sip:b@c>;tag=t"), routes));
  const auto bye = first_.answer();
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->method(), sip::Method::bye);
}

TEST_P(OutboundTest, FlowsOfOneInstanceAreTriedOneAfterAnother) {
  (void)sign_in(first_, 1);
  (void)sign_in(second_, 2);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_FALSE(first_.next());
  const auto latest = second_.next();
  ASSERT_TRUE(latest);
  fail(second_);
  const auto at_first = first_.next();
  ASSERT_TRUE(at_first);
  EXPECT_NE(at_first->top_via().branch, latest->top_via().branch);
  first_.respond(*at_first, 200);
  EXPECT_EQ(answer_status(), 200);
}

/// A socket for UDP fails nowhere: that a flow is gone is told by who has moved.
TEST_P(OutboundTest, WhatNobodyAnsweredByAFlowThatWasLeftGoesByTheNextOne) {
  (void)sign_in(first_, 1);
  (void)sign_in(second_, 2);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  ASSERT_TRUE(second_.next());
  ASSERT_FALSE(first_.next());
  const auto ok = sign_in(first_, registration(first_, contact(1) + ", " + contact(2) + ";expires=0"));
  ASSERT_EQ(ok.status(), 200);
  EXPECT_EQ(bound(), 1U);
  const auto invite = first_.next();
  ASSERT_TRUE(invite);
  first_.respond(*invite, 200);
  EXPECT_EQ(answer_status(), 200);
}

TEST_P(OutboundTest, InstancesAreCalledAtOnce) {
  (void)sign_in(first_, 1);
  (void)sign_in(second_, 1, kMobile);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_TRUE(first_.next());
  EXPECT_TRUE(second_.next());
}

TEST_P(OutboundTest, An430LeadsToTheNextFlowAndARefusalDoesNot) {
  (void)sign_in(first_, 1);
  (void)sign_in(second_, 2);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  second_.respond(*second_.next(), 430);
  const auto at_first = first_.next();
  ASSERT_TRUE(at_first);
  first_.respond(*at_first, 486);
  EXPECT_EQ(answer_status(), 486);

  (void)alice_.call(alice_.invitation("bob"), "secret");
  while (auto m = second_.next()) {
    if (m->method() == sip::Method::invite) second_.respond(*m, 480);
  }
  EXPECT_EQ(answer_status(), 480);
  while (const auto m = first_.next()) EXPECT_NE(m->method(), sip::Method::invite);
}

TEST_P(OutboundTest, WithoutAFlowLeftTheUserIsNotThere) {
  (void)sign_in(first_, 1);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  first_.respond(*first_.next(), 430);
  EXPECT_EQ(answer_status(), 480);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

TEST_P(OutboundStreamsTest, ARequestForAFlowThatIsGoneIsToldSoOrFollowsTheClient) {
  (void)sign_in(first_, 1);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  const auto at_bob = first_.next();
  ASSERT_TRUE(at_bob);
  const auto routes = at_bob->values(sip::Field::record_route);
  const auto info = [&] {
    return by_routes(alice_.request("INFO", "sip:bob@192.168.0.7:5062;ob", "<sip:b@c>;tag=t"),
                     {routes[1], routes[0]});
  };
  first_.reconnect_from(at(2, 41'001));
  while (alice_.next()) continue;
  alice_.send(info());
  EXPECT_EQ(answer_status(), 430);
  (void)sign_in(first_, 1);
  alice_.send(info());
  EXPECT_TRUE(first_.next());
}

TEST_P(OutboundTest, AForgedTokenIsRefused) {
  (void)sign_in(first_, 1);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  const auto at_bob = first_.next();
  ASSERT_TRUE(at_bob);
  std::string forged(at_bob->values(sip::Field::record_route)[0]);
  char& letter = forged[20];
  letter = letter == 'A' ? 'B' : 'A';
  alice_.send(
      by_routes(alice_.request("INFO", "sip:bob@192.168.0.7:5062", "<sip:b@c>;tag=t"), {forged}));
  EXPECT_EQ(answer_status(), 403);
  EXPECT_FALSE(first_.next());
}

TEST_P(OutboundStreamsTest, ASilentFlowDoesNotKeepItsConnection) {
  (void)sign_in(first_, 1);
  second_.sign_in("hidden");
  shell_.advance(StreamPool::kIdle + 1s);
  EXPECT_THAT(shell_.closed, ElementsAre(first_.connection()));
}

// As edge proxy of another domain.
TEST_P(OutboundTest, AnEdgeProxyPutsTheFlowIntoThePath) {
  const auto registrar_at = at(8, 5060);
  shell_.names["example.net"] = {registrar_at.address};
  sip::Message m = registration(first_, contact(1));
  m.set_uri("sip:example.net");
  m.set(sip::Field::from, "<sip:bob@example.net>;tag=1");
  m.set(sip::Field::to, "<sip:bob@example.net>");
  first_.send(m);
  const auto passed = shell_.take(registrar_at);
  ASSERT_TRUE(passed);
  EXPECT_EQ(passed->uri(), "sip:example.net");
  EXPECT_THAT(passed->values(sip::Field::record_route), IsEmpty());
  const auto path = passed->values(sip::Field::path);
  ASSERT_THAT(path, SizeIs(1));
  EXPECT_THAT(std::string(path[0]), StartsWith("<sip:flow-"));
  EXPECT_NE(path[0].find("@example.org:5060;lr;ob>"), std::string_view::npos);
  shell_.receive(registrar_at, make_response(*passed, 200, "r").write());
  EXPECT_EQ(first_.answer()->field(sip::Field::flow_timer), "120");

  TestAgent registrar(shell_, "registrar", registrar_at);
  sip::Message invite = registrar.request("INVITE", "sip:bob@192.168.0.7:5062;ob", "<sip:b@c>");
  invite.set(sip::Field::from, "<sip:carol@example.net>;tag=2");
  registrar.send(by_routes(invite, {path[0]}));
  const auto heard = first_.next();
  ASSERT_TRUE(heard);
  EXPECT_THAT(std::string(heard->values(sip::Field::record_route)[0]), StartsWith("<sip:flow-"));
  fail(first_);
  EXPECT_EQ(registrar.answer()->status(), 430);
}

TEST_P(OutboundTest, AnEdgeProxyLeavesThePathOfOthersAlone) {
  shell_.names["example.net"] = {at(8, 5060).address};
  sip::Message m = registration(first_, contact(1));
  m.set_uri("sip:example.net");
  m.set(sip::Field::from, "<sip:bob@example.net>;tag=1");
  m.add(sip::Field::via, "SIP/2.0/UDP 192.168.0.9;branch=z9hG4bKfirst");
  first_.send(m);
  const auto passed = shell_.take(at(8, 5060));
  ASSERT_TRUE(passed);
  EXPECT_THAT(passed->values(sip::Field::path), IsEmpty());
}

TEST_P(OutboundTest, CallsToTheDomainBehindTheEdgeGoThere) {
  shell_.names["example.net"] = {at(8, 5060).address};
  sip::Message m = first_.request("INVITE", "sip:carol@example.net", "<sip:carol@example.net>");
  m.set(sip::Field::from, "<sip:bob@example.net>;tag=1");
  m.set(sip::Field::contact, "<sip:bob@192.168.0.7:5062;ob>");
  first_.send(m);
  const auto passed = shell_.take(at(8, 5060));
  ASSERT_TRUE(passed);
  EXPECT_THAT(passed->values(sip::Field::record_route), SizeIs(2));
}

TEST(OutboundKeepAliveTest, AStunRequestIsAnsweredOnTheSipPort) {  // RFC 5626 §8
  ServerOptions options;
  options.domain = "example.org";
  SeededRandom random(1);
  Server server(options, random, TimePoint(1h));
  server.start(TimePoint(1h));
  (void)server.take_actions();
  const net::SocketAddress client{*net::IpAddress::parse("10.1.0.2"), 41'000};
  stun::Message request;
  request.id = stun::make_transaction_id(random);
  server.on_input(sip::DatagramReceived{net::FlowId{1},
                                        {*net::IpAddress::parse("10.9.0.2"), 5060},
                                        client,
                                        stun::write_message(request)},
                  TimePoint(1h));
  const auto actions = server.take_actions();
  ASSERT_THAT(actions, SizeIs(1));
  const auto* const sent = std::get_if<sip::SendMessage>(&actions[0]);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->to, client);
  EXPECT_EQ(stun::parse_message(*sent->bytes)->mapped, client);
  EXPECT_EQ(server.malformed(), 0U);
}

}  // namespace
}  // namespace godwit::server
