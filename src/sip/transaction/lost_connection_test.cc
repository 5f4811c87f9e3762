// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sip/transaction/server_transactions.h"
#include "support/transaction_bench.h"

// What becomes of responses whose request came by a connection that is gone (RFC 3261 §18.2.2, RFC
// 3263 §5; dual-stack rule R20).
namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LostConnectionTest : public ::testing::TestWithParam<net::Family> {
 protected:
  /// A request over TCP whose sender can be reached at the host and port it names.
  RequestReceived receive(std::string_view method, const std::string& sent_by) {
    Message request = bench_.peer_request(method);
    request.set(Field::via, "SIP/2.0/TCP " + sent_by + ";rport;branch=z9hG4bKpeer");
    bench_.receive_on(bench_.stream(), request.write());
    auto told = bench_.told<RequestReceived>();
    EXPECT_THAT(told, SizeIs(1));
    return told.empty() ? RequestReceived{} : std::move(told[0]);
  }
  RequestReceived receive(std::string_view method) { return receive(method, "peer.example:5099"); }
  void lose(std::uint64_t id = 1) {
    const Error closed{make_error_code(Errc::connection_closed), ""};
    table_.on_flow_failed(net::FlowId{id}, std::nullopt, closed, now());
  }
  void respond(const RequestReceived& to, int status, const std::string& contact = {}) {
    Message response = make_response(to.request, status, "b");
    if (!contact.empty()) response.add(Field::contact, contact);
    table_.respond(to.transaction, response, now());
  }
  std::string contact_of(int host) const {
    return "<sip:bob@" + to_uri_host(bench_.address(host)) + ":5060;transport=tcp>";
  }
  TimePoint now() const { return bench_.clock.now(); }

  test::TransactionBench bench_{GetParam()};
  TransactionTable& table_ = bench_.table;
};

TEST_P(LostConnectionTest, T49_AResponseWhoseConnectionIsGoneAsksForARouteAndLeavesByIt) {
  const RequestReceived request = receive("OPTIONS");
  lose();
  EXPECT_TRUE(bench_.nothing_told());  // there is nothing to send yet
  respond(request, 200);
  EXPECT_THAT(bench_.sent(), IsEmpty());

  const auto asked = bench_.told<ResponseNeedsRoute>();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].transaction, request.transaction);
  EXPECT_EQ(asked[0].transport, net::Transport::tcp);
  EXPECT_EQ(asked[0].source, (net::SocketAddress{bench_.address(2), 5099}));
  EXPECT_EQ(asked[0].host, Host("peer.example"));
  EXPECT_EQ(asked[0].port, 5099);

  bench_.advance(5s);
  EXPECT_TRUE(table_.move_server(request.transaction, bench_.stream(2)));
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].message.status(), 200);
  EXPECT_EQ(sent[0].datagram.flow, net::FlowId{2});
  bench_.advance(0s);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(LostConnectionTest, T49_TheSentByIsToldAsItIsLiteralOrNameWithPortOrWithout) {
  const std::string literal = to_uri_host(bench_.address(7));
  struct Row {
    std::string sent_by;
    Host host;
    std::uint16_t port;
    std::uint16_t source_port;
  };
  for (const Row& row : {Row{literal + ":5070", bench_.address(7), 5070, 5070},
                         Row{literal, bench_.address(7), 0, 5060},
                         Row{"peer.example", Host("peer.example"), 0, 5060}}) {
    const RequestReceived request = receive("OPTIONS", row.sent_by);
    lose();
    respond(request, 200);
    const auto asked = bench_.told<ResponseNeedsRoute>();
    ASSERT_THAT(asked, SizeIs(1)) << row.sent_by;
    EXPECT_EQ(asked[0].host, row.host);
    EXPECT_EQ(asked[0].port, row.port);
    EXPECT_EQ(asked[0].source, (net::SocketAddress{bench_.address(2), row.source_port}));
    table_.abandon(request.transaction);
    EXPECT_EQ(table_.size(), 0U);
  }
}

TEST_P(LostConnectionTest, AnInviteIsAnsweredOnItsNewConnectionAndAcknowledgedThere) {
  const RequestReceived invite = receive("INVITE");
  lose();
  bench_.advance(1s);
  EXPECT_THAT(bench_.sent(), IsEmpty());  // no 100 into nothing
  respond(invite, 486);
  EXPECT_THAT(bench_.told<ResponseNeedsRoute>(), SizeIs(1));
  EXPECT_TRUE(table_.move_server(invite.transaction, bench_.stream(2)));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("486"));
  Message ack = bench_.peer_request("ACK");
  ack.set(Field::via, "SIP/2.0/TCP peer.example:5099;branch=z9hG4bKpeer");
  bench_.receive_on(bench_.stream(2), ack.write());
  bench_.advance(40s);
  EXPECT_TRUE(bench_.nothing_told());
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(LostConnectionTest, TheLatestResponseWaitsAndAProvisionalTakesNoFinalsPlace) {
  const RequestReceived invite = receive("INVITE");
  lose();
  respond(invite, 180);
  respond(invite, 183);
  EXPECT_THAT(bench_.told<ResponseNeedsRoute>(), SizeIs(1));  // asked once
  respond(invite, 200);
  respond(invite, 180);
  EXPECT_TRUE(bench_.nothing_told());
  table_.move_server(invite.transaction, bench_.stream(2));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200"));
}

TEST_P(LostConnectionTest, A2xxThatTheUserRepeatsAsksForARouteToo) {
  const RequestReceived invite = receive("INVITE");
  respond(invite, 200);
  static_cast<void>(bench_.sent());
  lose();
  respond(invite, 200);
  EXPECT_THAT(bench_.told<ResponseNeedsRoute>(), SizeIs(1));
  table_.move_server(invite.transaction, bench_.stream(2));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200"));
}

TEST_P(LostConnectionTest, AnotherConnectionLostAsksAgain) {
  const RequestReceived invite = receive("INVITE");
  lose();
  respond(invite, 180);
  EXPECT_THAT(bench_.told<ResponseNeedsRoute>(), SizeIs(1));
  table_.move_server(invite.transaction, bench_.stream(2));
  lose(2);
  respond(invite, 200);
  EXPECT_THAT(bench_.told<ResponseNeedsRoute>(), SizeIs(1));
}

TEST_P(LostConnectionTest, AFinalResponseThatFindsNoWayIsToldAfter32S) {
  const RequestReceived request = receive("OPTIONS");
  lose();
  respond(request, 200);
  bench_.advance(32s - 1ns);
  EXPECT_THAT(bench_.told<ServerFailed>(), IsEmpty());
  bench_.advance(1ns);
  const auto failed = bench_.told<ServerFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].transaction, request.transaction);
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_EQ(table_.next_deadline(), std::nullopt);
}

TEST_P(LostConnectionTest, AProvisionalWaitsAsLongAsTheInviteIsOpen) {
  const RequestReceived invite = receive("INVITE");
  lose();
  respond(invite, 180);
  bench_.advance(3min);
  EXPECT_THAT(bench_.told<ServerFailed>(), IsEmpty());
  table_.move_server(invite.transaction, bench_.stream(2));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("180"));
}

TEST_P(LostConnectionTest, WhatNamesTheOldAddressIsAskedForAnew) {
  const RequestReceived request = receive("SUBSCRIBE");
  lose();
  respond(request, 200, contact_of(1));
  static_cast<void>(bench_.told<ResponseNeedsRoute>());
  EXPECT_FALSE(table_.move_server(request.transaction, bench_.stream(2, 3)));
  EXPECT_THAT(bench_.sent(), IsEmpty());
  respond(request, 200, contact_of(3));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200"));
}

TEST_P(LostConnectionTest, CountsNoTransactionOnAConnectionThatIsGone) {
  const RequestReceived invite = receive("INVITE");
  EXPECT_EQ(table_.count_on(net::FlowId{1}), 1U);
  lose();
  lose();
  EXPECT_EQ(table_.count_on(net::FlowId{1}), 0U);
  table_.move_server(invite.transaction, bench_.stream(2));
  EXPECT_EQ(table_.count_on(net::FlowId{2}), 1U);
  table_.abandon(invite.transaction);
  EXPECT_EQ(table_.count_on(net::FlowId{2}), 0U);
  table_.abandon(invite.transaction);
}

TEST_P(LostConnectionTest, OverUdpNobodyIsAskedForAnotherWay) {
  bench_.receive(bench_.peer_request("OPTIONS"));
  const auto told = bench_.told<RequestReceived>();
  ASSERT_THAT(told, SizeIs(1));
  lose();
  respond(told[0], 200);
  EXPECT_TRUE(bench_.nothing_told());
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200"));
}

TEST_P(LostConnectionTest, OverAConnectionNothingIsSentAgain) {
  const RequestReceived invite = receive("INVITE");
  respond(invite, 486);
  bench_.advance(31s);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("486"));
  bench_.advance(1s);
  EXPECT_THAT(bench_.told<ServerFailed>(), SizeIs(1));
}

// Whatever happens to its connections, every transaction ends, and none is counted on.
TEST_P(LostConnectionTest, AfterAThousandRandomLossesNothingIsLeft) {
  SeededRandom random(20'261'121);
  std::vector<RequestReceived> open;
  for (int round = 0; round < 5'000; ++round) {
    const auto id = 1 + random.below(4);
    if (random.below(3) == 0) {
      Message request = bench_.peer_request(random.below(2) == 0 ? "INVITE" : "OPTIONS",
                                            "z9hG4bK" + std::to_string(round));
      request.set(Field::call_id, std::to_string(round));
      bench_.receive_on(bench_.stream(id), request.write());
      for (auto& received : bench_.told<RequestReceived>()) open.push_back(std::move(received));
    }
    if (random.below(4) == 0) lose(id);
    if (!open.empty()) {
      const RequestReceived& one = open[random.below(open.size())];
      constexpr std::array kStatuses{100, 180, 200, 302, 486};
      if (random.below(2) == 0) respond(one, kStatuses.at(random.below(kStatuses.size())));
      if (random.below(3) == 0) table_.move_server(one.transaction, bench_.stream(id));
      if (random.below(20) == 0) table_.abandon(one.transaction);
    }
    bench_.advance(std::chrono::milliseconds{random.below(2'000)});
  }
  for (const RequestReceived& one : open) {
    if (table_.request_of(one.transaction) != nullptr) respond(one, 200);
  }
  bench_.advance(64s);
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_EQ(table_.next_deadline(), std::nullopt);
  for (std::uint64_t id = 1; id <= 4; ++id) EXPECT_EQ(table_.count_on(net::FlowId{id}), 0U);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, LostConnectionTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);

}  // namespace
}  // namespace godwit::sip
