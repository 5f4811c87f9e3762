// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using test::far_sdp;
using namespace std::chrono_literals;
using test::at;
using ::testing::HasSubstr;

/// An account over TCP at core.test, which has a second server at 10.9.0.2 when asked for.
class EngineStreamsTest : public ::testing::Test {
 protected:
  void add_account(EngineBench& bench) {
    account_ = *bench.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .registrar = "sip:core.test;transport=tcp"},
        bench.now);
  }
  EngineBench::Sent register_account(EngineBench& bench) {
    EXPECT_TRUE(bench.engine.start_registration(account_, 300s, bench.now));
    bench.drain();
    const auto request = bench.next_request("REGISTER");
    EXPECT_TRUE(request);
    if (request) bench.answer(*request, 200);
    return request ? *request : EngineBench::Sent{{}, {}, sip::Message::request("X", "sip:x")};
  }
  static void add_second_server(EngineBench& bench) {
    bench.names["core.test"].push_back(*net::IpAddress::parse("10.9.0.2"));
    bench.route("10.9.0.2", "10.1.0.2");
  }
  static constexpr net::FlowId kAccepted{sip::kAcceptedFlows | 1};
  /// Somebody connects to us.
  static EngineBench::Sent accept(EngineBench& bench) {
    EngineBench::Sent peer{at("10.1.0.2:5060"), at("10.9.0.7:5099"),
                           sip::Message::request("X", "sip:x")};
    bench.sockets[kAccepted] = peer.local;
    bench.streams.insert(kAccepted);
    bench.feed(sip::IoInput{sip::StreamAccepted{net::FlowId{99}, kAccepted, net::Transport::tcp,
                                                peer.local, peer.to}});
    return peer;
  }
  static net::FlowId flow_at(const EngineBench& bench, const net::SocketAddress& local) {
    for (const auto& [id, socket] : bench.sockets) {
      if (socket == local) return id;
    }
    return {};
  }
  static std::string contact_of(const EngineBench::Sent& sent) {
    return std::string(sent.message.field(sip::Field::contact).value_or(""));
  }

  AccountId account_;
};

TEST_F(EngineStreamsTest, F29_ContactIsTheConnectionsOwnPortAndTransport) {
  EngineBench bench;
  add_account(bench);
  const auto request = register_account(bench);
  EXPECT_EQ(request.local, at("10.1.0.2:40001"));
  EXPECT_THAT(contact_of(request), HasSubstr("<sip:alice@10.1.0.2:40001;transport=tcp>"));
  EXPECT_EQ(request.message.top_via().transport, "TCP");
}

TEST_F(EngineStreamsTest, T56_ContactNamesTheListenerWhereThereIsOne) {
  auto options = EngineBench::without_keep_alives();
  options.transport.listeners.push_back({ListenOptions::Transport::tcp, "10.1.0.2:5060"});
  EngineBench bench(options);
  add_account(bench);
  EXPECT_THAT(contact_of(register_account(bench)), HasSubstr("@10.1.0.2:5060;transport=tcp>"));
}

TEST_F(EngineStreamsTest, F13_ContactNamesThePublicAddressOfTheFamily) {
  auto options = EngineBench::without_keep_alives();
  options.transport.bind.public_address_v4 = "203.0.113.5";
  options.transport.bind.public_address_v6 = "2001:db8:ff::1";
  EngineBench bench(options);
  add_account(bench);
  EXPECT_THAT(contact_of(register_account(bench)), HasSubstr("@203.0.113.5:40001;transport=tcp>"));
}

TEST_F(EngineStreamsTest, APingOfWhoConnectedToUsIsAnsweredByAPong) {
  EngineBench bench;
  const auto peer = accept(bench);
  bench.receive(peer, "\r\n\r\n");
  ASSERT_EQ(bench.line_ends.size(), 1U);
  EXPECT_EQ(bench.line_ends[0].second, "\r\n");
}

TEST_F(EngineStreamsTest, AStreamThatCannotBeReadOnIsClosedAndReplaced) {
  EngineBench bench;
  add_account(bench);
  const auto request = register_account(bench);
  bench.receive(request, "OPTIONS sip:alice@10.1.0.2 SIP/2.0\r\n"
                         "Via: SIP/2.0/TCP 10.9.0.1;branch=z9hG4bKx\r\nFrom: <sip:x@core.test>;tag=1\r\n"
                         "To: <sip:alice@core.test>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
                         "Content-Length: many\r\n\r\n");
  const auto answer = bench.next_sent();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.status(), 400);
  EXPECT_FALSE(flow_at(bench, request.local)) << "closed";
  const auto again = bench.next_request("REGISTER");
  ASSERT_TRUE(again);
  EXPECT_NE(again->local, request.local);
}

TEST_F(EngineStreamsTest, F26_AMissingPongMovesTheRegistrationWithinTenSeconds) {
  UserAgentOptions options;
  EngineBench bench(options);
  add_second_server(bench);
  add_account(bench);
  const auto request = register_account(bench);
  while (bench.line_ends.empty()) bench.advance(1s);
  EXPECT_EQ(bench.line_ends[0].second, "\r\n\r\n");
  bench.receive(request, "\r\n");
  bench.line_ends.clear();
  while (bench.line_ends.empty()) bench.advance(1s);
  bench.sent.clear();
  bench.advance(10s);
  const auto again = bench.next_request("REGISTER");
  ASSERT_TRUE(again);
  EXPECT_NE(again->to, request.to) << "the other server";
  EXPECT_FALSE(flow_at(bench, request.local));
}

TEST_F(EngineStreamsTest, AConnectionThatEndsIsReplacedAtOnce) {
  EngineBench bench;
  add_account(bench);
  const auto request = register_account(bench);
  const auto flow = flow_at(bench, request.local);
  bench.feed(sip::IoInput{sip::FlowFailed{flow, std::nullopt, {Errc::connection_closed, "closed"}}});
  const auto again = bench.next_request("REGISTER");
  ASSERT_TRUE(again);
  EXPECT_THAT(contact_of(*again), HasSubstr("@10.1.0.2:40002;transport=tcp>;expires=300"));
}

/// A request that does not fit into a datagram, by its display name.
class LargeRequestTest : public ::testing::Test {
 protected:
  LargeRequestTest() {
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.display_name = std::string(1'200, 'a');
    account_ = *bench_.engine.add_account(options, bench_.now);
  }
  std::optional<EngineBench::Sent> dial() {
    EXPECT_TRUE(bench_.engine.dial(account_, "bob", {}, bench_.now));
    bench_.drain();
    return bench_.next_request("INVITE");
  }
  EngineBench bench_;
  AccountId account_;
};

TEST_F(LargeRequestTest, T50_GoesByTcpToTheSameServer) {
  const auto invite = dial();
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.top_via().transport, "TCP");
  EXPECT_EQ(invite->to, at("10.9.0.1:5060"));
}

TEST_F(LargeRequestTest, T50_GoesByUdpWhereTcpIsRefused) {
  bench_.refusing.insert(at("10.9.0.1:5060"));
  const auto invite = dial();
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.top_via().transport, "UDP");
  EXPECT_THAT(std::string(*invite->message.field(sip::Field::contact)),
              ::testing::Not(HasSubstr("transport")));
}

/// A call whose offers are too large for a datagram, with keys for every suite, through the account's server.
class LargeOfferTest : public ::testing::Test {
 protected:
  void SetUp() override {
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.media_security = MediaSecurity::required;
    options.srtp_suites = {"AEAD_AES_256_GCM",        "AES_256_CM_HMAC_SHA1_80",
                           "AES_256_CM_HMAC_SHA1_32", "AEAD_AES_128_GCM",
                           "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"};
    call_ = *bench_.engine.dial(*bench_.engine.add_account(options, bench_.now), "bob", {}, bench_.now);
    bench_.drain();
  }
  void accept(const EngineBench::Sent& request) {
    bench_.answer(request, 200, [](sip::Message& ok) {
      ok.add(sip::Field::record_route, "<sip:10.9.0.1;transport=tcp;lr>");
      ok.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
      ok.set_body("application/sdp",
                  "v=0\r\no=far 1 1 IN IP4 10.8.0.1\r\ns=-\r\nc=IN IP4 10.8.0.1\r\nt=0 0\r\n"
                  "m=audio 50000 RTP/SAVP 0\r\na=crypto:6 AES_CM_128_HMAC_SHA1_32 "
                  "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n");
    });
  }
  /// The next request of a method, which leaves by that transport for our server.
  std::optional<EngineBench::Sent> next(std::string_view method, std::string_view transport) {
    auto request = bench_.next_request(method);
    if (!request) return request;
    EXPECT_EQ(request->message.top_via().transport, transport);
    EXPECT_EQ(request->to, at("10.9.0.1:5060"));
    if (const auto contact = request->message.field(sip::Field::contact)) {
      EXPECT_THAT(std::string(*contact), ::testing::Not(HasSubstr("transport")));
    }
    return request;
  }
  EngineBench bench_;
  CallId call_;
};

TEST_F(LargeOfferTest, T50_AloneGoesByTcpAndAllElseOfItsDialogByUdp) {
  const auto invite = next("INVITE", "TCP");
  ASSERT_TRUE(invite);
  accept(*invite);
  EXPECT_TRUE(next("ACK", "UDP"));
  ASSERT_TRUE(bench_.engine.hold(call_, bench_.now));
  bench_.drain();
  const auto hold = next("INVITE", "TCP");
  ASSERT_TRUE(hold);
  EXPECT_THAT(std::string(hold->message.body()), HasSubstr("a=crypto:1 "));
  accept(*hold);
  EXPECT_TRUE(next("ACK", "UDP"));
}

TEST_F(LargeOfferTest, IsNotMadeOfAMove) {
  const auto invite = next("INVITE", "TCP");
  ASSERT_TRUE(invite);
  accept(*invite);
  bench_.sent.clear();
  bench_.remove_addresses();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.route("10.8.0.1", "10.2.0.2");
  bench_.observe();
  const auto refresh = next("INVITE", "UDP");
  ASSERT_TRUE(refresh);
  const std::string body(refresh->message.body());
  EXPECT_THAT(body, HasSubstr("m=audio 40004 RTP/SAVP 0\r\na=crypto:6 AES_CM_128_HMAC_SHA1_32 "));
  EXPECT_THAT(body, ::testing::Not(HasSubstr("_256_")));
  EXPECT_FALSE(refresh->message.field(sip::Field::allow));
  EXPECT_EQ(refresh->message.field(sip::Field::supported), "timer");
}

// T49: who called over a connection that is gone gets the answer by another one.
TEST_F(EngineStreamsTest, T49_AnAnswerWhoseConnectionIsGoneFindsItsWay) {
  EngineBench bench;
  add_account(bench);
  bench.route("10.9.0.7", "10.1.0.2");
  const auto peer = accept(bench);
  auto invite = sip::Message::request("INVITE", "sip:alice@10.1.0.2:5060;transport=tcp");
  invite.add(sip::Field::via, "SIP/2.0/TCP 10.9.0.7:5062;branch=z9hG4bKgone");
  invite.add(sip::Field::from, "<sip:carol@far.test>;tag=1");
  invite.add(sip::Field::to, "<sip:alice@core.test>");
  invite.add(sip::Field::call_id, "gone");
  invite.add(sip::Field::cseq, "1 INVITE");
  invite.add(sip::Field::max_forwards, "70");
  invite.add(sip::Field::contact, "<sip:carol@10.9.0.7:5062;transport=tcp>");
  invite.set_body("application/sdp", far_sdp("10.9.0.7"));
  bench.receive(peer, invite);
  ASSERT_EQ(bench.events_of<IncomingCall>().size(), 1U);
  bench.refusing.insert(peer.to);  // nobody listens on the port it connected from
  bench.streams.erase(kAccepted);
  bench.sockets.erase(kAccepted);
  bench.feed(sip::IoInput{
      sip::FlowFailed{kAccepted, std::nullopt, {Errc::connection_closed, "closed"}}});
  bench.sent.clear();
  ASSERT_TRUE(bench.engine.answer(bench.events_of<IncomingCall>()[0].call, {}, bench.now));
  bench.drain();
  const auto answer = bench.next_sent();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message.status(), 200);
  EXPECT_EQ(answer->to, at("10.9.0.7:5062")) << "what the sent-by says (RFC 3263 section 5)";
}

TEST(EngineForkTest, T47_ASecondAnswerToTheInviteIsHungUp) {
  EngineBench bench;
  const auto account =
      *bench.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench.now);
  ASSERT_TRUE(bench.engine.dial(account, "bob", {}, bench.now));
  bench.drain();
  const auto invite = bench.next_request("INVITE");
  ASSERT_TRUE(invite);
  for (const auto* who : {"one", "two"}) {
    auto answer = sip::make_response(invite->message, 200, who);
    answer.add(sip::Field::contact, "<sip:" + std::string(who) + "@10.9.0.1:5060>");
    answer.set_body("application/sdp", far_sdp("10.9.0.1"));
    bench.receive(*invite, answer);
  }
  EXPECT_EQ(bench.next_request("ACK")->message.uri(), "sip:one@10.9.0.1:5060");
  EXPECT_EQ(bench.next_request("ACK")->message.uri(), "sip:two@10.9.0.1:5060");
  const auto bye = bench.next_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->message.uri(), "sip:two@10.9.0.1:5060");
  EXPECT_TRUE(bench.events_of<CallEnded>().empty());
}

}  // namespace
}  // namespace godwit::ua
