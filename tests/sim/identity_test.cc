// SPDX-License-Identifier: Apache-2.0
// Who is who in messages: routes, credentials, privacy, asserted identities, fields of the application.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "sip/auth/digest.h"
#include "sip/auth/digest_credentials.h"
#include "support/engine_bench.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Sent = EngineBench::Sent;
using Edit = std::function<void(sip::Message&)>;
using sip::Field;

class IdentityTest : public ::testing::TestWithParam<net::Family> {
 protected:
  IdentityTest() { arrive_at(own_, 2); }

  [[nodiscard]] static bool v4() { return GetParam() == net::Family::v4; }
  void arrive_at(const std::string& address, std::uint32_t interface) {
    bench_.remove_addresses();
    bench_.routes.clear();
    bench_.observe();
    bench_.add_address(address, interface);
    bench_.names["core.test"] = {*net::IpAddress::parse(server_)};
    for (const auto& there : {server_, far_}) bench_.route(there, address);
    bench_.observe();
  }
  void add_account(AccountOptions options = {}) {
    options.address_of_record = "\"Alice\" <sip:alice@core.test>";
    options.password = "secret";
    account_ = *bench_.engine.add_account(std::move(options), bench_.now);
  }
  /// The REGISTER that is due is answered.
  void registered(const Edit& edit = {}) {
    const auto request = bench_.next_request("REGISTER");
    ASSERT_TRUE(request);
    bench_.answer(*request, 200, edit);
  }
  void register_account(const Edit& edit = {}) {
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
    registered(edit);
  }
  sip::Message dial(const CallOptions& options = {}, std::string_view target = "sip:bob@far.test") {
    const auto call = bench_.engine.dial(account_, target, options, bench_.now);
    EXPECT_TRUE(call);
    call_ = call.value_or(CallId{});
    bench_.drain();
    return next("INVITE");
  }
  /// The Routes of a call, which is busy.
  std::vector<std::string> routes_of_a_call() {
    std::vector<std::string> routes;
    const auto invite = dial();
    for (const auto route : invite.values(Field::route)) routes.emplace_back(route);
    bench_.answer(last_, 486);
    return routes;
  }
  /// The newest request is `last_`, to answer.
  /// Whoever is asked whether it is there says yes.
  sip::Message next(std::string_view method) {
    while (auto sent = bench_.next_sent()) {
      const auto& message = sent->message;
      if (message.is_request() && message.method_name() == method) {
        last_ = *std::move(sent);
        return last_.message;
      }
      if (message.is_request() && message.method() == sip::Method::options) {
        bench_.answer(*sent, 200);
      }
    }
    ADD_FAILURE() << "no " << method;
    return last_.message;
  }
  sip::Message answer(int status, const Edit& edit, std::string_view next_method) {
    bench_.answer(last_, status, edit);
    return next(next_method);
  }
  /// A 2xx of Bob, who sits at the server's address.
  [[nodiscard]] Edit accepts() const {
    return [this](sip::Message& response) {
      response.add(Field::contact, "<sip:bob@core.test>");
      response.add(Field::allow, "INVITE, ACK, BYE, UPDATE");
      response.set_body("application/sdp", far_sdp(far_));
    };
  }
  /// A request of somebody to us.
  [[nodiscard]] sip::Message incoming(std::string_view method, const Edit& edit = {}) {
    auto request = sip::Message::request(method, "sip:alice@" + net::to_string(last_.local));
    request.add(Field::via, "SIP/2.0/UDP " + net::to_string(last_.to) + ";branch=z9hG4bK" +
                                std::to_string(++branch_));
    request.add(Field::max_forwards, "70");
    request.add(Field::from, "\"Bob\" <sip:bob@far.test>;tag=bob");
    request.add(Field::to, "<sip:alice@core.test>");
    request.add(Field::call_id, "theirs-" + std::to_string(branch_));
    request.add(Field::cseq, "1 " + std::string(method));
    request.add(Field::contact, "<sip:bob@" + net::to_string(last_.to) + ">");
    if (method == "INVITE") request.set_body("application/sdp", far_sdp(far_));
    if (edit) edit(request);
    return request;
  }
  /// Where the account's server talks to us, so that something can come.
  void reach() {
    add_account();
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
    static_cast<void>(next("REGISTER"));
    bench_.answer(last_, 200);
  }
  std::vector<int> statuses() {
    std::vector<int> all;
    while (auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) all.push_back(sent->message.status());
    }
    return all;
  }

  std::string own_ = v4() ? "10.1.0.2" : "2001:db8:1::2";
  std::string elsewhere_ = v4() ? "10.4.0.2" : "2001:db8:4::2";
  std::string server_ = v4() ? "10.9.0.1" : "2001:db8:9::1";
  std::string far_ = v4() ? "10.8.0.1" : "2001:db8:8::1";
  EngineBench bench_;
  AccountId account_;
  CallId call_;
  Sent last_{{}, {}, sip::Message::request("OPTIONS", "sip:none")};
  int branch_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Families, IdentityTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

std::vector<std::string> routes_of(const sip::Message& request) {
  std::vector<std::string> routes;
  for (const auto route : request.values(Field::route)) routes.emplace_back(route);
  return routes;
}

Edit service_route(const std::string& value) {
  return [value](sip::Message& response) { response.add(Field::service_route, value); };
}

// RFC 3608

TEST_P(IdentityTest, TheNewestServiceRouteIsTheWayOfCalls) {
  add_account();
  register_account(service_route("<sip:edge.core.test;lr>, <sip:home.core.test;lr>"));
  EXPECT_THAT(routes_of_a_call(), ElementsAre("<sip:edge.core.test;lr>", "<sip:home.core.test;lr>"));
  bench_.advance(241s);
  registered(service_route("<sip:other.core.test;lr>"));
  EXPECT_THAT(routes_of_a_call(), ElementsAre("<sip:other.core.test;lr>"));
  bench_.advance(241s);
  registered();
  EXPECT_THAT(routes_of_a_call(), ElementsAre("<sip:core.test;lr>")) << "it is replaced by none";
}

TEST_P(IdentityTest, TheServiceRouteStandsBehindTheOutboundProxy) {
  add_account({.outbound_proxies = {"sip:core.test"}});
  register_account(service_route("<sip:home.far.test;lr>"));
  EXPECT_THAT(routes_of_a_call(), ElementsAre("<sip:core.test;lr>", "<sip:home.far.test;lr>"));
  bench_.advance(241s);
  registered(service_route("<sip:core.test;lr>, <sip:home.far.test;lr>"));
  EXPECT_THAT(routes_of_a_call(), ElementsAre("<sip:core.test;lr>", "<sip:home.far.test;lr>"))
      << "named once";
}

TEST_P(IdentityTest, EveryRequestOutsideDialogsPassesTheOutboundProxies) {
  const auto way = ElementsAre("<sip:core.test;lr>", "<sip:second.far.test;lr>");
  add_account({.outbound_proxies = {"core.test", "second.far.test"}});
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  EXPECT_THAT(routes_of(next("REGISTER")), way);
  bench_.answer(last_, 200);
  EXPECT_THAT(routes_of(dial()), way);
  EXPECT_EQ(net::to_string(last_.to.address), server_) << "it leaves to the first";
  bench_.answer(last_, 486);
  EXPECT_THAT(routes_of(next("ACK")), way) << "RFC 3261 section 17.1.1.3";
  ASSERT_TRUE(bench_.engine.send_message(account_, "sip:bob@far.test", {"text/plain", "hi"},
                                         bench_.now));
  bench_.drain();
  EXPECT_THAT(routes_of(next("MESSAGE")), way);
  ASSERT_TRUE(bench_.engine.subscribe(account_, "sip:bob@far.test", {.package = "presence"},
                                      bench_.now));
  bench_.drain();
  EXPECT_THAT(routes_of(next("SUBSCRIBE")), way);
}

TEST_P(IdentityTest, AStrictRouterFindsItselfInTheRequestUri) {  // RFC 3261 section 12.2.1.1
  add_account();
  register_account(service_route("<sip:strict.core.test>, <sip:home.core.test;lr>"));
  const auto invite = dial();
  EXPECT_EQ(invite.uri(), "sip:strict.core.test");
  EXPECT_THAT(routes_of(invite), ElementsAre("<sip:home.core.test;lr>", "<sip:bob@far.test>"));
}

TEST_P(IdentityTest, AServiceRouteThatDoesNotReadOrIsTooLongIsNone) {
  add_account();
  register_account(service_route("<sip:edge.core.test;lr>, <tel:+491>"));
  EXPECT_THAT(routes_of_a_call(), ElementsAre("<sip:core.test;lr>"));
  for (const std::size_t count :
       {limits::kServiceRoutes, limits::kServiceRoutes + 1, 10 * limits::kServiceRoutes}) {
    bench_.advance(241s);
    registered([count](sip::Message& response) {
      for (std::size_t i = 0; i < count; ++i) response.add(Field::service_route, "<sip:a.test;lr>");
    });
    EXPECT_THAT(routes_of_a_call(), SizeIs(count == limits::kServiceRoutes ? count : 1));
  }
}

TEST_P(IdentityTest, RegistersAsOneWhomAPathMayLeadTo) {  // RFC 3327 section 5.1
  add_account();
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  const auto request = next("REGISTER");
  EXPECT_THAT(std::string(request.field(Field::supported).value_or("")), HasSubstr("path"));
  EXPECT_THAT(routes_of(request), IsEmpty()) << "a Service-Route is not for REGISTER";
}

// RFC 3323, RFC 3325

TEST_P(IdentityTest, AnAnonymousCallerIsNamedToItsServerAlone) {
  add_account();
  const auto invite = dial({.privacy = Privacy::anonymous});
  EXPECT_THAT(std::string(*invite.field(Field::from)),
              StartsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
  EXPECT_EQ(invite.field(Field::privacy), "id");
  EXPECT_EQ(invite.field(Field::p_preferred_identity), "\"Alice\" <sip:alice@core.test>");
  EXPECT_THAT(std::string(*invite.field(Field::contact)), Not(HasSubstr("alice")));

  const auto ack = answer(200, accepts(), "ACK");
  EXPECT_THAT(ack.write(), Not(HasSubstr("alice")));
  // Through a network change, and to the end.
  arrive_at(elsewhere_, 3);
  const auto moved = next("UPDATE");
  EXPECT_THAT(moved.write(), Not(HasSubstr("alice")));
  EXPECT_THAT(std::string(*moved.field(Field::contact)), HasSubstr(elsewhere_));
  bench_.answer(last_, 200, accepts());
  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  EXPECT_THAT(next("BYE").write(), Not(HasSubstr("alice")));
}

TEST_P(IdentityTest, ACallMayBeMorePrivateThanItsAccountAndLess) {
  add_account({.privacy = Privacy::anonymous});
  EXPECT_TRUE(dial().field(Field::privacy));
  bench_.answer(last_, 486);
  const auto open = dial({.privacy = Privacy::none});
  EXPECT_FALSE(open.field(Field::privacy));
  EXPECT_FALSE(open.field(Field::p_preferred_identity));
  EXPECT_THAT(std::string(*open.field(Field::from)), StartsWith("\"Alice\" <sip:alice@core.test>"));
}

TEST_P(IdentityTest, AnAssertedIdentityCountsFromTheOwnServerOnly) {
  reach();
  const Edit asserts = [](sip::Message& invite) {
    invite.add(Field::p_asserted_identity, "\"Robert\" <sip:robert@far.test>");
    invite.add(Field::subject, "Lunch\x07");
    invite.add(Field::diversion, "<sip:carol@far.test>;reason=no-answer");
    invite.add(Field::history_info, "<sip:carol@far.test>;index=1");
  };
  bench_.receive(last_, incoming("INVITE", asserts));
  last_.to.address = *net::IpAddress::parse(far_);  // a stranger
  bench_.receive(last_, incoming("INVITE", asserts));
  const auto calls = bench_.events_of<IncomingCall>();
  ASSERT_THAT(calls, SizeIs(2));
  EXPECT_EQ(calls[0].from, "\"Bob\" <sip:bob@far.test>");
  EXPECT_EQ(calls[0].asserted_identity, "\"Robert\" <sip:robert@far.test>");
  EXPECT_EQ(calls[0].subject, "Lunch");
  EXPECT_THAT(calls[0].diversion, ElementsAre("<sip:carol@far.test>;reason=no-answer"));
  EXPECT_THAT(calls[0].history, ElementsAre("<sip:carol@far.test>;index=1"));
  EXPECT_EQ(calls[1].asserted_identity, "");
  EXPECT_EQ(calls[1].subject, "Lunch");
}

// Fields of the application

TEST_P(IdentityTest, FieldsOfTheApplicationAreInEveryInviteOfTheCall) {
  add_account();
  const auto first = dial({.headers = {{"X-Ticket", "4711"}, {"Subject", "Lunch"}}});
  EXPECT_EQ(first.extension("X-Ticket"), "4711");
  EXPECT_EQ(first.field(Field::subject), "Lunch");
  const auto again = answer(
      401,
      [](sip::Message& response) {
        response.add(Field::www_authenticate, R"(Digest realm="core.test", nonce="n", qop="auth")");
      },
      "INVITE");
  EXPECT_TRUE(again.field(Field::authorization));
  EXPECT_EQ(again.extension("X-Ticket"), "4711");
  // The network changes while it rings: the call is dialled anew.
  bench_.answer(last_, 180);
  arrive_at(elsewhere_, 3);
  bench_.advance(1s);
  const auto redialled = next("INVITE");
  EXPECT_NE(redialled.call_id(), first.call_id());
  EXPECT_EQ(redialled.extension("X-Ticket"), "4711");
}

TEST_P(IdentityTest, FieldsOfTheApplicationAreInOurAnswer) {
  reach();
  bench_.receive(last_, incoming("INVITE"));
  const auto calls = bench_.events_of<IncomingCall>();
  ASSERT_THAT(calls, SizeIs(1));
  bench_.sent.clear();
  ASSERT_TRUE(bench_.engine.answer(
      calls[0].call, {.headers = {{"X-Desk", "7"}}, .privacy = Privacy::anonymous}, bench_.now));
  bench_.drain();
  const auto answered = bench_.next_sent();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->message.status(), 200);
  EXPECT_EQ(answered->message.extension("X-Desk"), "7");
  EXPECT_EQ(answered->message.field(Field::privacy), "id");
  EXPECT_THAT(std::string(*answered->message.field(Field::contact)), Not(HasSubstr("alice")));
}

TEST_P(IdentityTest, FieldsThatAreOursAreRefused) {
  add_account();
  for (const auto& field : {HeaderField{"Via", "x"}, HeaderField{"X-A", "1\r\nFrom: x"}}) {
    const auto call = bench_.engine.dial(account_, "bob", {.headers = {field}}, bench_.now);
    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().code, Errc::invalid_argument);
    EXPECT_THAT(call.error().detail, StartsWith("headers: "));
  }
  EXPECT_THAT(bench_.engine.calls(), IsEmpty());
}

TEST_P(IdentityTest, AReasonOfTheFarEndIsTold) {  // RFC 3326
  add_account();
  const auto invite = dial();
  const auto ack = answer(200, accepts(), "ACK");
  bench_.receive(last_, incoming("BYE", [&](sip::Message& bye) {
    bye.set(Field::from, *ack.field(Field::to));
    bye.set(Field::to, *ack.field(Field::from));
    bye.set(Field::call_id, ack.call_id());
    bye.add(Field::reason, "Q.850;cause=16;text=\"Normal call clearing\"");
  }));
  const auto ended = bench_.events_of<CallEnded>();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].reason, "the other side hung up: Normal call clearing (Q.850 16)");
}

TEST_P(IdentityTest, WhyWeEndACallThatNobodyHungUpOnIsSaid) {
  reach();
  bench_.receive(last_, incoming("INVITE", [](sip::Message& invite) {
    invite.add(Field::record_route, "<sip:core.test;lr>");
  }));
  const auto calls = bench_.events_of<IncomingCall>();
  ASSERT_THAT(calls, SizeIs(1));
  ASSERT_TRUE(bench_.engine.answer(calls[0].call, {}, bench_.now));
  bench_.drain();
  bench_.advance(40s);  // no ACK comes
  EXPECT_EQ(next("BYE").field(Field::reason),
            "SIP;cause=408;text=\"our answer was never acknowledged\"");
}

// RFC 3261 section 11.2

TEST_P(IdentityTest, OptionsAreAnsweredAsAnInviteWouldBe) {
  reach();
  bench_.sent.clear();
  bench_.receive(last_, incoming("OPTIONS", [](sip::Message& request) {
    request.add(Field::accept, "application/sdp");
  }));
  const auto full = bench_.next_sent();
  ASSERT_TRUE(full);
  EXPECT_EQ(full->message.status(), 200);
  EXPECT_THAT(std::string(full->message.body()),
              HasSubstr("c=IN " + std::string(v4() ? "IP4 " : "IP6 ") + own_ + "\r\n"));
  EXPECT_THAT(std::string(full->message.body()), HasSubstr("m=audio 0 RTP/AVP 96 9 0 8 101 97\r\n"));
  EXPECT_FALSE(full->message.field(Field::allow)->empty());

  bench_.receive(last_, incoming("OPTIONS"));
  const auto small = bench_.next_sent();
  EXPECT_EQ(small->message.status(), 200);
  EXPECT_TRUE(small->message.body().empty());
  bench_.receive(last_, incoming("OPTIONS", [&](sip::Message& request) {
    request.set_uri("sip:mallory@" + net::to_string(last_.local));
  }));
  bench_.receive(last_, incoming("OPTIONS", [&](sip::Message& request) {
    request.set_uri("sip:" + net::to_string(last_.local));
  }));
  EXPECT_THAT(statuses(), ElementsAre(404, 200));
}

// RFC 3261 section 22

sip::DigestCredentials credentials_in(const sip::Message& request, Field field) {
  const auto value = request.field(field);
  if (!value) return {};
  const auto credentials = sip::parse_digest_credentials(*value);
  EXPECT_TRUE(credentials) << *value;
  return credentials ? *credentials : sip::DigestCredentials{};
}
Edit proxy_asks(const std::string& nonce) {
  return [nonce](sip::Message& response) {
    response.add(Field::proxy_authenticate,
                 "Digest realm=\"proxy\", nonce=\"" + nonce + "\", algorithm=SHA-256, qop=\"auth\"");
  };
}
Edit server_asks(const std::string& nonce) {
  return [nonce](sip::Message& response) {
    response.add(Field::www_authenticate,
                 "Digest realm=\"server\", nonce=\"" + nonce + "\", algorithm=MD5, qop=\"auth\"");
  };
}

TEST_P(IdentityTest, AProxyAndTheServerBehindItAreAnsweredThroughTheWholeDialog) {
  add_account();
  EXPECT_FALSE(dial().field(Field::proxy_authorization));
  const auto for_proxy = answer(407, proxy_asks("p1"), "INVITE");
  EXPECT_EQ(credentials_in(for_proxy, Field::proxy_authorization).nonce_count, 1U);
  EXPECT_FALSE(for_proxy.field(Field::authorization));
  const auto for_both = answer(401, server_asks("s1"), "INVITE");
  EXPECT_EQ(credentials_in(for_both, Field::proxy_authorization).nonce_count, 2U);
  EXPECT_EQ(credentials_in(for_both, Field::authorization).nonce_count, 1U);
  const auto ack = answer(200, accepts(), "ACK");
  EXPECT_EQ(ack.field(Field::authorization), for_both.field(Field::authorization));
  EXPECT_EQ(ack.field(Field::proxy_authorization), for_both.field(Field::proxy_authorization));

  arrive_at(elsewhere_, 3);
  const auto update = next("UPDATE");
  const auto in_update = credentials_in(update, Field::proxy_authorization);
  EXPECT_EQ(in_update.nonce_count, 3U);
  EXPECT_TRUE(sip::verify(in_update, "secret", "UPDATE", update.body()));
  EXPECT_TRUE(sip::verify(credentials_in(update, Field::authorization), "secret", "UPDATE",
                          update.body()));
  bench_.answer(last_, 200, accepts());

  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  const auto bye = next("BYE");
  EXPECT_EQ(credentials_in(bye, Field::proxy_authorization).nonce_count, 4U);
  const auto bye_again = answer(407, proxy_asks("p2"), "BYE");
  EXPECT_EQ(credentials_in(bye_again, Field::proxy_authorization).nonce, "p2");
  EXPECT_EQ(credentials_in(bye_again, Field::proxy_authorization).nonce_count, 1U);
  EXPECT_EQ(credentials_in(bye_again, Field::authorization).nonce, "s1");
  EXPECT_GT(bye_again.cseq().number, bye.cseq().number);
}

TEST_P(IdentityTest, ANonceIsForTheCallThatWasAskedAndNoOther) {  // RFC 3261 section 22.3
  add_account();
  static_cast<void>(dial());
  EXPECT_TRUE(answer(407, proxy_asks("p1"), "INVITE").field(Field::proxy_authorization));
  const auto other = dial();
  EXPECT_FALSE(other.field(Field::proxy_authorization));
  EXPECT_FALSE(other.field(Field::authorization));
}

TEST_P(IdentityTest, ANonceIsNotOfferedToAnotherServer) {  // R19
  const std::string second = v4() ? "10.9.0.2" : "2001:db8:9::2";
  bench_.names["core.test"].push_back(*net::IpAddress::parse(second));
  bench_.route(second, own_);
  add_account();
  static_cast<void>(dial());
  const auto first_server = last_.to;
  EXPECT_TRUE(answer(401, server_asks("s1"), "INVITE").field(Field::authorization));
  bench_.answer(last_, 503);
  EXPECT_FALSE(next("INVITE").field(Field::authorization));
  EXPECT_NE(last_.to, first_server);
}

TEST_P(IdentityTest, AStaleNonceInsideADialogIsRenewed) {
  add_account();
  static_cast<void>(dial());
  static_cast<void>(answer(407, proxy_asks("p1"), "INVITE"));
  static_cast<void>(answer(200, accepts(), "ACK"));
  arrive_at(elsewhere_, 3);
  EXPECT_EQ(credentials_in(next("UPDATE"), Field::proxy_authorization).nonce, "p1");
  const auto renewed = answer(
      407,
      [](sip::Message& response) {
        response.add(Field::proxy_authenticate,
                     R"(Digest realm="proxy", nonce="p2", stale=true, algorithm=MD5, qop="auth")");
      },
      "UPDATE");
  EXPECT_EQ(credentials_in(renewed, Field::proxy_authorization).nonce, "p2");
  EXPECT_EQ(credentials_in(renewed, Field::proxy_authorization).nonce_count, 1U);
}

}  // namespace
}  // namespace godwit::test
