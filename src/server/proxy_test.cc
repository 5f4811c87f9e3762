// SPDX-License-Identifier: Apache-2.0
#include "server/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Families {
  net::Family caller, callee;
};

net::SocketAddress at(net::Family family, int network, std::uint16_t port) {
  const std::string n = std::to_string(network);
  const bool v4 = family == net::Family::v4;
  return {*net::IpAddress::parse(v4 ? "10." + n + ".0.2" : "2001:db8:" + n + "::2"), port};
}

/// The proxy as callers and callees meet it, each in either address family.
class ProxyTest : public ::testing::TestWithParam<Families> {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}, {"bob", "hidden"}};
    return o;
  }
  /// Calls bob and returns the INVITE that reaches him.
  sip::Message ring() {
    invite_ = alice_.call(alice_.invitation("bob"), "secret");
    auto at_bob = bob_.next();
    EXPECT_TRUE(at_bob);
    return at_bob ? *at_bob : sip::Message::request("INVITE", "sip:nobody");
  }
  /// A request within the dialog, by the route set that the peer has learnt.
  static sip::Message in_dialog(TestAgent& from, std::string_view method, const TestAgent& to) {
    sip::Message m = from.request(method, to.contact().substr(1, to.contact().size() - 2),
                                  "<sip:x@example.org>;tag=t");
    m.add(sip::Field::route, "<sip:example.org:5060;lr>");
    return m;
  }
  int answer_status() {
    const auto m = alice_.answer();
    return m ? m->status() : 0;
  }

  ServerShell shell_{options()};
  TestAgent alice_{shell_, "alice", at(GetParam().caller, 1, 5060)};
  TestAgent bob_{shell_, "bob", at(GetParam().callee, 2, 5060)};
  TestAgent desk_{shell_, "bob", at(GetParam().callee, 3, 5080)};
  sip::Message invite_ = sip::Message::request("INVITE", "sip:nobody");
};
INSTANTIATE_TEST_SUITE_P(Families, ProxyTest,
                         ::testing::Values(Families{net::Family::v4, net::Family::v4},
                                           Families{net::Family::v6, net::Family::v6},
                                           Families{net::Family::v4, net::Family::v6},
                                           Families{net::Family::v6, net::Family::v4}),
                         [](const auto& p) {
                           return std::string(to_string(p.param.caller)) + "_to_" +
                                  std::string(to_string(p.param.callee));
                         });

TEST_P(ProxyTest, AnswersAnInviteAtOnceAndPassesItOn) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  EXPECT_EQ(at_bob.uri(), "sip:bob@" + to_string(bob_.at()));
  EXPECT_EQ(at_bob.field(sip::Field::max_forwards), "69");
  EXPECT_THAT(at_bob.values(sip::Field::record_route), ElementsAre("<sip:example.org:5060;lr>"));
  EXPECT_THAT(at_bob.values(sip::Field::via), SizeIs(2));
  EXPECT_EQ(at_bob.field(sip::Field::proxy_authorization), std::nullopt);
  EXPECT_EQ(shell_.last_from.address, ServerShell::address(GetParam().callee).address);
  EXPECT_EQ(sip::to_string(at_bob.top_via().host),
            to_uri_host(ServerShell::address(GetParam().callee).address));
  EXPECT_EQ(alice_.next()->status(), 100);
}

TEST_P(ProxyTest, CarriesAWholeCallAndLeavesItsDescriptionsAlone) {
  bob_.sign_in("hidden");
  sip::Message offer = alice_.invitation("bob");
  const std::string sdp = "v=0\r\no=- 1 1 IN IP4 10.1.0.2\r\ns=-\r\n";
  offer.set_body("application/sdp", sdp);
  (void)alice_.call(offer, "secret");
  const auto at_bob = bob_.next();
  ASSERT_TRUE(at_bob);
  EXPECT_EQ(at_bob->body(), sdp);

  bob_.respond(*at_bob, 180);
  EXPECT_EQ(answer_status(), 180);
  bob_.respond(*at_bob, 200);
  const auto ok = alice_.answer();
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->status(), 200);
  EXPECT_THAT(ok->values(sip::Field::via), SizeIs(1));
  EXPECT_THAT(ok->values(sip::Field::record_route), ElementsAre("<sip:example.org:5060;lr>"));

  alice_.send(in_dialog(alice_, "ACK", bob_));
  const auto ack = bob_.next();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->method(), sip::Method::ack);
  EXPECT_THAT(ack->values(sip::Field::route), IsEmpty());

  bob_.send(in_dialog(bob_, "BYE", alice_));
  const auto bye = alice_.next();
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->method(), sip::Method::bye);
  EXPECT_THAT(bye->values(sip::Field::record_route), IsEmpty());
  alice_.respond(*bye, 200);
  EXPECT_EQ(bob_.next()->status(), 200);
  shell_.advance(64s);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

TEST_P(ProxyTest, PassesEveryCopyOfA2xx) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  bob_.respond(at_bob, 200);
  bob_.respond(at_bob, 200);
  EXPECT_EQ(answer_status(), 200);
  EXPECT_EQ(answer_status(), 200);
}

// The mover's new Contact is not registered yet when the peer's request for it comes.
TEST_P(ProxyTest, FollowsADialogToAnAddressItHasNeverSeen) {
  TestAgent moved(shell_, "alice", at(GetParam().callee, 7, 5060));
  bob_.send(in_dialog(bob_, "UPDATE", moved));
  const auto update = moved.next();
  ASSERT_TRUE(update);
  EXPECT_EQ(update->method(), sip::Method::update);
  moved.respond(*update, 200);
  EXPECT_EQ(bob_.answer()->status(), 200);
}

TEST_P(ProxyTest, ForksToAllBindingsAndCancelsTheSlower) {
  bob_.sign_in("hidden");
  desk_.sign_in("hidden");
  const auto at_bob = ring();
  const auto at_desk = desk_.next();
  ASSERT_TRUE(at_desk);
  EXPECT_NE(at_desk->top_via().branch, at_bob.top_via().branch);
  bob_.respond(at_bob, 180);
  desk_.respond(*at_desk, 180);
  desk_.respond(*at_desk, 200);
  const auto cancel = bob_.next();
  ASSERT_TRUE(cancel);
  EXPECT_EQ(cancel->method(), sip::Method::cancel);
  EXPECT_EQ(cancel->top_via().branch, at_bob.top_via().branch);
  bob_.respond(*cancel, 200);
  bob_.respond(at_bob, 487);
  EXPECT_EQ(bob_.next()->method(), sip::Method::ack);
  EXPECT_EQ(answer_status(), 180);
  EXPECT_EQ(answer_status(), 180);
  EXPECT_EQ(answer_status(), 200);
  EXPECT_EQ(answer_status(), 0);
}

TEST_P(ProxyTest, WaitsForAllBranchesBeforeARefusalGoesBack) {
  bob_.sign_in("hidden");
  desk_.sign_in("hidden");
  const auto at_bob = ring();
  const auto at_desk = desk_.next();
  bob_.respond(at_bob, 486);
  EXPECT_EQ(answer_status(), 0);
  desk_.respond(*at_desk, 503);
  EXPECT_EQ(answer_status(), 486);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

TEST_P(ProxyTest, A503OfACalleeDoesNotReadAsOurs) {
  bob_.sign_in("hidden");
  bob_.respond(ring(), 503);
  EXPECT_EQ(answer_status(), 500);
}

TEST_P(ProxyTest, PropagatesACancel) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  bob_.respond(at_bob, 180);
  EXPECT_EQ(answer_status(), 180);
  sip::Message cancel = sip::Message::request("CANCEL", invite_.uri());
  for (const sip::Field f : {sip::Field::via, sip::Field::max_forwards, sip::Field::from,
                             sip::Field::to, sip::Field::call_id}) {
    cancel.add(f, *invite_.field(f));
  }
  cancel.add(sip::Field::cseq, std::to_string(invite_.cseq().number) + " CANCEL");
  alice_.send(cancel);
  EXPECT_EQ(answer_status(), 200);  // to the CANCEL
  const auto at_callee = bob_.next();
  ASSERT_TRUE(at_callee);
  EXPECT_EQ(at_callee->method(), sip::Method::cancel);
  bob_.respond(*at_callee, 200);
  bob_.respond(at_bob, 487);
  EXPECT_EQ(answer_status(), 487);
}

TEST_P(ProxyTest, ChallengesTheCallsOfItsUsers) {
  bob_.sign_in("hidden");
  sip::Message m = alice_.invitation("bob");
  alice_.send(m);
  EXPECT_EQ(alice_.answer()->status(), 407);
  EXPECT_EQ(bob_.next(), std::nullopt);
  EXPECT_EQ(alice_.call(alice_.invitation("bob"), "guess").method(), sip::Method::invite);
  EXPECT_EQ(answer_status(), 407);
}

TEST_P(ProxyTest, LetsNobodyCallInTheNameOfAnother) {
  bob_.sign_in("hidden");
  sip::Message m = alice_.invitation("bob");
  m.set(sip::Field::from, "<sip:bob@example.org>;tag=1");
  (void)alice_.call(m, "secret");
  EXPECT_EQ(answer_status(), 403);
}

TEST_P(ProxyTest, TakesCallsFromOutsideUnchallenged) {
  bob_.sign_in("hidden");
  sip::Message m = alice_.invitation("bob");
  m.set(sip::Field::from, "<sip:carol@example.net>;tag=1");
  alice_.send(m);
  EXPECT_TRUE(bob_.next());
}

TEST_P(ProxyTest, SaysWhoIsUnknownAndWhoIsNotThere) {
  (void)alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_EQ(answer_status(), 480);
  (void)alice_.call(alice_.invitation("nobody"), "secret");
  EXPECT_EQ(answer_status(), 404);
}

TEST_P(ProxyTest, RefusesToRelayForOthers) {
  sip::Message m = alice_.request("INVITE", "sip:x@example.net", "<sip:x@example.net>");
  m.set(sip::Field::from, "<sip:carol@example.net>;tag=1");
  alice_.send(m);
  EXPECT_EQ(answer_status(), 403);
}

TEST_P(ProxyTest, RefusesWhatHasHoppedEnoughOrAsksTooMuch) {
  sip::Message m = alice_.invitation("bob");
  m.set(sip::Field::max_forwards, "0");
  alice_.send(m);
  EXPECT_EQ(answer_status(), 483);
  m = alice_.invitation("bob");
  m.add(sip::Field::proxy_require, "foo");
  alice_.send(m);
  const auto refused = alice_.answer();
  EXPECT_EQ(refused->status(), 420);
  EXPECT_EQ(refused->field(sip::Field::unsupported), "foo");
}

TEST_P(ProxyTest, FindsALoop) {
  bob_.sign_in("hidden");
  auto at_bob = ring();
  // Bob's phone sends the call back to where it came from.
  at_bob.set_uri("sip:bob@example.org");
  at_bob.set(sip::Field::from, *invite_.field(sip::Field::from));
  at_bob.prepend(sip::Field::via,
                 "SIP/2.0/UDP " + to_string(bob_.at()) + ";branch=z9hG4bKloop;rport");
  bob_.send(at_bob);
  EXPECT_EQ(bob_.next()->status(), 482);
}

TEST_P(ProxyTest, SaysWhenACalleeCannotBeReached) {
  bob_.sign_in("hidden");
  shell_.routes[bob_.at().address] = std::nullopt;
  shell_.advance(10s);
  (void)alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_EQ(answer_status(), 480);
}

TEST_P(ProxyTest, SaysWhenTheNetworkRefusesTheCallee) {
  bob_.sign_in("hidden");
  (void)ring();
  shell_.input(sip::FlowFailed{shell_.flows.at(GetParam().callee), bob_.at(),
                               Error{Errc::unreachable, "ICMP"}});
  EXPECT_EQ(answer_status(), 480);
}

TEST_P(ProxyTest, SaysWhenACalleeDoesNotAnswer) {
  bob_.sign_in("hidden");
  (void)ring();
  shell_.advance(33s);
  EXPECT_EQ(answer_status(), 408);
}

TEST_P(ProxyTest, NeverSays408ToOtherThanInvite) {
  bob_.sign_in("hidden");
  sip::Message m = alice_.request("OPTIONS", "sip:bob@example.org", "<sip:bob@example.org>");
  (void)alice_.call(m, "secret");
  ASSERT_TRUE(bob_.next());
  shell_.advance(33s);
  EXPECT_EQ(answer_status(), 504);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

// RFC 3261 §16.8
TEST_P(ProxyTest, TimerCCancelsWhatRingsForTooLong) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  bob_.respond(at_bob, 180);
  shell_.advance(100s);
  bob_.respond(at_bob, 180);
  shell_.advance(Proxy::kTimerC - 1s);
  while (bob_.next()) continue;
  shell_.advance(1s);
  const auto cancel = bob_.next();
  ASSERT_TRUE(cancel);
  EXPECT_EQ(cancel->method(), sip::Method::cancel);
  // Nothing comes back: the branch ends by itself.
  EXPECT_EQ(answer_status(), 180);
  EXPECT_EQ(answer_status(), 180);
  shell_.advance(33s);
  EXPECT_EQ(answer_status(), 487);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

// Whatever a stranger writes, the server stays up and says nothing untrue.
TEST_P(ProxyTest, RefusesAWayOnWhichItCouldNotNameItself) {
  const auto lost = at(GetParam().callee, 6, 5060);
  const auto loopback = *net::IpAddress::parse(lost.address.is_v4() ? "127.0.0.1" : "::1");
  shell_.routes[lost.address] = net::RouteChoice{loopback, 1};
  TestAgent nobody(shell_, "nobody", lost);
  alice_.send(in_dialog(alice_, "INFO", nobody));
  EXPECT_EQ(answer_status(), 480);
  alice_.send(in_dialog(alice_, "ACK", nobody));
  EXPECT_EQ(nobody.next(), std::nullopt);
}

TEST_P(ProxyTest, StandsInFrontOfARecordRouteThatIsNotTrue) {
  for (const char* const method : {"INFO", "ACK"}) {
    sip::Message m = in_dialog(alice_, method, bob_);
    m.add(sip::Field::record_route, "<sip:127.0.0.1;lr>");
    alice_.send(m);
    const auto passed = bob_.next();
    ASSERT_TRUE(passed);
    EXPECT_THAT(passed->values(sip::Field::record_route),
                ElementsAre("<sip:example.org:5060;lr>", "<sip:127.0.0.1;lr>"));
  }
}

TEST_P(ProxyTest, WithoutANameIsReachedByEachSideAtItsAddress) {
  ServerOptions by_address = options();
  by_address.host_name = "10.9.0.2";
  ServerShell shell(by_address);
  TestAgent alice(shell, "alice", alice_.at());
  TestAgent bob(shell, "bob", bob_.at());
  bob.sign_in("hidden");
  (void)alice.call(alice.invitation("bob"), "secret");
  const auto at_bob = bob.next();
  ASSERT_TRUE(at_bob);
  const auto routes = at_bob->values(sip::Field::record_route);
  ASSERT_THAT(routes, SizeIs(GetParam().caller == GetParam().callee ? 1 : 2));
  EXPECT_EQ(routes.front(), "<sip:" + to_string(ServerShell::address(GetParam().callee)) + ";lr>");
  EXPECT_EQ(routes.back(), "<sip:" + to_string(ServerShell::address(GetParam().caller)) + ";lr>");

  sip::Message bye = bob.request("BYE", "sip:alice@" + to_string(alice.at()), "<sip:a@b>;tag=1");
  for (const auto route : routes) bye.add(sip::Field::route, route);
  bob.send(bye);
  const auto at_alice = alice.answer();
  ASSERT_TRUE(at_alice);
  EXPECT_EQ(at_alice->method(), sip::Method::bye);
}

TEST_P(ProxyTest, AsksTheKernelOnceForSeveralMessages) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  const std::size_t before = shell_.route_questions;
  alice_.send(in_dialog(alice_, "ACK", bob_));
  alice_.send(in_dialog(alice_, "INFO", bob_));
  EXPECT_TRUE(bob_.next());
  EXPECT_TRUE(bob_.next());
  EXPECT_EQ(shell_.route_questions, before);
}

TEST_P(ProxyTest, ResolvesTheNameOfAnotherProxyInTheDialog) {
  const auto proxy_at = at(GetParam().callee, 8, 5060);
  shell_.names["other.example.net"] = {proxy_at.address};
  sip::Message m = in_dialog(alice_, "BYE", bob_);
  m.add(sip::Field::route, "<sip:other.example.net;lr>");
  alice_.send(m);
  const auto passed = shell_.take(proxy_at);
  ASSERT_TRUE(passed);
  EXPECT_THAT(passed->values(sip::Field::route), ElementsAre("<sip:other.example.net;lr>"));
}

/// A next hop of several addresses, over UDP.
class ProxyFailoverTest : public ProxyTest {
 protected:
  ProxyFailoverTest() { shell_.names["other.example.net"] = {first_.address, second_.address}; }
  sip::Message to_other(std::string_view method) {
    sip::Message m = in_dialog(alice_, method, bob_);
    m.add(sip::Field::route, "<sip:other.example.net;lr>");
    return m;
  }
  /// The request at whichever address it went to.
  std::optional<sip::Message> at_either() {
    auto m = shell_.take(first_);
    latest_ = m ? first_ : second_;
    return m ? m : shell_.take(second_);
  }
  void answer(const sip::Message& request, int status) {
    shell_.receive(latest_, make_response(request, status, "t").write());
  }

  net::SocketAddress first_ = at(GetParam().callee, 8, 5060);
  net::SocketAddress second_ = at(GetParam().callee, 9, 5060);
  net::SocketAddress latest_;
};
INSTANTIATE_TEST_SUITE_P(Families, ProxyFailoverTest,
                         ::testing::Values(Families{net::Family::v4, net::Family::v4},
                                           Families{net::Family::v4, net::Family::v6}),
                         [](const auto& p) {
                           return std::string(to_string(p.param.caller)) + "_to_" +
                                  std::string(to_string(p.param.callee));
                         });

TEST_P(ProxyFailoverTest, T41_A503LeadsToTheNextTargetWithTheSameRequest) {
  alice_.send(to_other("INFO"));
  const auto first = at_either();
  ASSERT_TRUE(first);
  answer(*first, 503);
  const auto second = at_either();
  ASSERT_TRUE(second);
  EXPECT_NE(second->top_via().branch, first->top_via().branch);
  EXPECT_EQ(second->call_id(), first->call_id());
  EXPECT_EQ(to_string(second->cseq()), to_string(first->cseq()));
  EXPECT_EQ(second->values(sip::Field::via).size(), first->values(sip::Field::via).size());
  EXPECT_EQ(answer_status(), 0);
  answer(*second, 200);
  EXPECT_EQ(answer_status(), 200);
}

TEST_P(ProxyFailoverTest, T36_AnUnreachableTargetMakesRoomForTheNextAtOnce) {
  alice_.send(to_other("INFO"));
  ASSERT_TRUE(at_either());
  const net::FlowId socket = shell_.flows.at(GetParam().callee);
  shell_.input(sip::FlowFailed{socket, latest_, Error{Errc::unreachable, "ICMP"}});
  ASSERT_TRUE(at_either());
  shell_.input(sip::FlowFailed{socket, latest_, Error{Errc::unreachable, "ICMP"}});
  EXPECT_EQ(answer_status(), 480);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

// R12
TEST_P(ProxyFailoverTest, ASilentTargetOfAnInviteMakesRoomForTheNext) {
  alice_.send(to_other("INVITE"));
  ASSERT_TRUE(at_either());
  const net::SocketAddress silent = latest_;
  shell_.advance(33s);
  while (shell_.take(silent)) continue;
  const auto second = at_either();
  ASSERT_TRUE(second);
  EXPECT_NE(latest_, silent);
  shell_.advance(33s);
  EXPECT_EQ(answer_status(), 408);
}

// R13
TEST_P(ProxyFailoverTest, T44_WhoHasAnsweredAnythingIsTheOnlyOneAsked) {
  alice_.send(to_other("INVITE"));
  const auto first = at_either();
  ASSERT_TRUE(first);
  answer(*first, 100);
  answer(*first, 503);
  EXPECT_EQ(at_either()->method(), sip::Method::ack);
  EXPECT_EQ(at_either(), std::nullopt);
  EXPECT_EQ(answer_status(), 500);
}

struct Sides {
  Transport caller, callee;
  net::Family family, callee_family;
};

ServerOptions on_all_transports() {
  ServerOptions o;
  o.domain = "example.org";
  o.users = {{"alice", "secret"}, {"bob", "hidden"}};
  return ServerShell::with_tls(o);
}

std::string route_by(Transport transport) {
  if (transport == Transport::udp) return "<sip:example.org:5060;lr>";
  if (transport == Transport::tcp) return "<sip:example.org:5060;transport=tcp;lr>";
  return "<sip:example.org:5061;transport=tls;lr>";
}

/// Calls through the proxy between agents of which one at least has a connection and no listener.
class ProxyStreamsTest : public ::testing::TestWithParam<Sides> {
 protected:
  static net::SocketAddress agent(net::Family family, int network, Transport transport) {
    return at(family, network, transport == Transport::udp ? 5060 : 40'000);
  }
  sip::Message ring() {
    invite_ = alice_.call(alice_.invitation("bob"), "secret");
    auto at_bob = bob_.next();
    EXPECT_TRUE(at_bob);
    return at_bob ? *at_bob : sip::Message::request("INVITE", "sip:nobody");
  }
  static std::vector<std::string> routes_of(const sip::Message& m) {
    std::vector<std::string> out;
    for (const auto route : m.values(sip::Field::record_route)) out.emplace_back(route);
    return out;
  }
  static sip::Message in_dialog(TestAgent& from, std::string_view method, const TestAgent& to,
                                const std::vector<std::string>& routes) {
    sip::Message m = from.request(method, to.contact().substr(1, to.contact().size() - 2),
                                  "<sip:x@example.org>;tag=t");
    for (const std::string& route : routes) m.add(sip::Field::route, route);
    return m;
  }
  int answer_status() {
    const auto m = alice_.answer();
    return m ? m->status() : 0;
  }

  ServerShell shell_{on_all_transports()};
  TestAgent alice_{shell_, "alice", agent(GetParam().family, 1, GetParam().caller),
                   GetParam().caller};
  TestAgent bob_{shell_, "bob", agent(GetParam().callee_family, 2, GetParam().callee),
                 GetParam().callee};
  sip::Message invite_ = sip::Message::request("INVITE", "sip:nobody");
};
INSTANTIATE_TEST_SUITE_P(
    Transports, ProxyStreamsTest,
    ::testing::Values(Sides{Transport::tcp, Transport::udp, net::Family::v4, net::Family::v4},
                      Sides{Transport::tcp, Transport::udp, net::Family::v6, net::Family::v6},
                      Sides{Transport::udp, Transport::tcp, net::Family::v4, net::Family::v4},
                      Sides{Transport::udp, Transport::tcp, net::Family::v6, net::Family::v6},
                      Sides{Transport::tcp, Transport::tcp, net::Family::v4, net::Family::v4},
                      Sides{Transport::tls, Transport::udp, net::Family::v6, net::Family::v6},
                      Sides{Transport::udp, Transport::tls, net::Family::v4, net::Family::v4},
                      Sides{Transport::tls, Transport::tcp, net::Family::v6, net::Family::v6},
                      Sides{Transport::tls, Transport::tls, net::Family::v6, net::Family::v6},
                      Sides{Transport::tcp, Transport::tls, net::Family::v4, net::Family::v6},
                      Sides{Transport::udp, Transport::tcp, net::Family::v6, net::Family::v4}),
    [](const auto& p) {
      return std::string(to_string(p.param.caller)) + "_to_" +
             std::string(to_string(p.param.callee)) + '_' + std::string(to_string(p.param.family)) +
             '_' + std::string(to_string(p.param.callee_family));
    });

TEST_P(ProxyStreamsTest, CarriesAWholeCallOnTheConnectionsThatAreThere) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  EXPECT_EQ(at_bob.top_via().transport, via_transport(GetParam().callee));
  bob_.respond(at_bob, 180);
  EXPECT_EQ(answer_status(), 180);
  bob_.respond(at_bob, 200);
  const auto ok = alice_.answer();
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->status(), 200);

  auto from_alice = routes_of(*ok);
  std::reverse(from_alice.begin(), from_alice.end());
  alice_.send(in_dialog(alice_, "ACK", bob_, from_alice));
  const auto ack = bob_.next();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->method(), sip::Method::ack);
  EXPECT_THAT(ack->values(sip::Field::route), IsEmpty());

  bob_.send(in_dialog(bob_, "BYE", alice_, routes_of(at_bob)));
  const auto bye = alice_.answer();
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->method(), sip::Method::bye);
  EXPECT_THAT(bye->values(sip::Field::route), IsEmpty());
  alice_.respond(*bye, 200);
  EXPECT_EQ(bob_.next()->status(), 200);
  EXPECT_THAT(shell_.opened, IsEmpty());
  shell_.advance(64s);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

// RFC 5658 §3.3, R27
TEST_P(ProxyStreamsTest, T62_RecordsARouteForEachSide) {
  bob_.sign_in("hidden");
  const auto routes = routes_of(ring());
  if (GetParam().caller == GetParam().callee) {
    EXPECT_THAT(routes, ElementsAre(route_by(GetParam().callee)));
  } else {
    EXPECT_THAT(routes, ElementsAre(route_by(GetParam().callee), route_by(GetParam().caller)));
  }
}

// T46
TEST_P(ProxyStreamsTest, T46_CancelAndAckGoWhereTheInviteWent) {
  bob_.sign_in("hidden");
  const auto at_bob = ring();
  const net::FlowId way = shell_.last_flow;
  bob_.respond(at_bob, 180);
  EXPECT_EQ(answer_status(), 180);
  sip::Message cancel = sip::Message::request("CANCEL", invite_.uri());
  for (const sip::Field f : {sip::Field::via, sip::Field::max_forwards, sip::Field::from,
                             sip::Field::to, sip::Field::call_id}) {
    cancel.add(f, *invite_.field(f));
  }
  cancel.add(sip::Field::cseq, std::to_string(invite_.cseq().number) + " CANCEL");
  alice_.send(cancel);
  EXPECT_EQ(answer_status(), 200);
  const auto at_callee = bob_.next();
  ASSERT_TRUE(at_callee);
  EXPECT_EQ(at_callee->method(), sip::Method::cancel);
  EXPECT_EQ(shell_.last_flow, way);
  bob_.respond(*at_callee, 200);
  bob_.respond(at_bob, 487);
  EXPECT_EQ(bob_.next()->method(), sip::Method::ack);
  EXPECT_EQ(shell_.last_flow, way);
  EXPECT_EQ(answer_status(), 487);
}

/// What becomes of connections that break, by TCP and by TLS.
class LostConnectionTest : public ::testing::TestWithParam<Sides> {
 protected:
  net::Family family() const { return GetParam().family; }
  int answer_status() {
    const auto m = alice_.answer();
    return m ? m->status() : 0;
  }

  ServerShell shell_{on_all_transports()};
  TestAgent alice_{shell_, "alice", at(GetParam().family, 1, 40'000), GetParam().caller};
  TestAgent bob_{shell_, "bob", at(GetParam().family, 2, 40'000), GetParam().callee};
};
INSTANTIATE_TEST_SUITE_P(
    Transports, LostConnectionTest,
    ::testing::Values(Sides{Transport::tcp, Transport::tcp, net::Family::v4, net::Family::v4},
                      Sides{Transport::tcp, Transport::tcp, net::Family::v6, net::Family::v6},
                      Sides{Transport::tls, Transport::tls, net::Family::v4, net::Family::v4},
                      Sides{Transport::tls, Transport::tls, net::Family::v6, net::Family::v6}),
    [](const auto& p) {
      return std::string(to_string(p.param.caller)) + '_' + std::string(to_string(p.param.family));
    });

TEST_P(LostConnectionTest, WhoRegisteredByAConnectionThatIsGoneIsNotThere) {
  bob_.sign_in("hidden");
  shell_.hang_up(bob_.connection());
  ASSERT_THAT(shell_.server.bindings("bob", shell_.now), SizeIs(1));
  (void)alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_EQ(answer_status(), 480);
  EXPECT_THAT(shell_.opened, IsEmpty());

  bob_.reconnect_from(at(family(), 7, 40'001));
  bob_.sign_in("hidden");
  (void)alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_TRUE(bob_.next());
}

TEST_P(LostConnectionTest, ACallThatNobodyHasAnsweredEndsWithTheConnection) {
  bob_.sign_in("hidden");
  (void)alice_.call(alice_.invitation("bob"), "secret");
  ASSERT_TRUE(bob_.next());
  shell_.hang_up(bob_.connection());
  EXPECT_EQ(answer_status(), 480);
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

TEST_P(LostConnectionTest, T34_ARequestGoesToTheNextTargetWhenOneRefuses) {
  bob_.sign_in("hidden");
  const auto refuses = at(family(), 8, 5060);
  const auto takes = at(family(), 9, 5060);
  shell_.names["other.example.net"] = {refuses.address, takes.address};
  const bool secure = GetParam().caller == Transport::tls;
  const std::uint16_t port = secure ? 5061 : 5060;
  shell_.listening.insert({takes.address, port});
  sip::Message m = alice_.request("BYE", "sip:x@example.net", "<sip:x@example.org>;tag=t");
  m.add(sip::Field::route, "<sip:example.org;lr>");
  m.add(sip::Field::route,
        "<sip:other.example.net;transport=" + std::string(to_string(GetParam().caller)) + ";lr>");
  alice_.send(m);
  EXPECT_TRUE(shell_.take({takes.address, port}));
  for (const auto& stream : shell_.opened) {
    EXPECT_EQ(stream.server_name, secure ? "other.example.net" : "");
  }
}

// Nobody answers there, not even with a refusal.
TEST_P(LostConnectionTest, ACancelEndsACallThatStillLooksForItsWay) {
  const auto desk_at = at(family(), 6, 5070);
  shell_.holes.insert(desk_at);
  TestAgent desk(shell_, "bob", at(family(), 6, 5060));
  sip::Message m = desk.registration();
  const std::string by = std::string(to_string(GetParam().callee));
  m.set(sip::Field::contact, "<sip:bob@" + to_string(desk_at) + ";transport=" + by + '>');
  desk.send(m);
  const auto challenged = desk.answer();
  desk.renew(m);
  desk.authorize(m, *challenged, "hidden");
  desk.send(m);
  const sip::Message invite = alice_.call(alice_.invitation("bob"), "secret");
  EXPECT_EQ(answer_status(), 0);
  ASSERT_THAT(shell_.opened, SizeIs(1));

  sip::Message cancel = sip::Message::request("CANCEL", invite.uri());
  for (const sip::Field f :
       {sip::Field::via, sip::Field::from, sip::Field::to, sip::Field::call_id}) {
    cancel.add(f, *invite.field(f));
  }
  cancel.add(sip::Field::cseq, std::to_string(invite.cseq().number) + " CANCEL");
  alice_.send(cancel);
  EXPECT_EQ(answer_status(), 200);
  EXPECT_EQ(answer_status(), 487);
  EXPECT_THAT(shell_.closed, SizeIs(1));
  EXPECT_EQ(shell_.server.forwarding(), 0U);
}

}  // namespace
}  // namespace godwit::server
