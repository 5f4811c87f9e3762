// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/client_transactions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/transaction_bench.h"

// The client half of the table, seen through the table's door.
namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ClientTransactionsTest : public ::testing::TestWithParam<net::Family> {
 protected:
  ClientId send(std::string_view method) {
    return table_.send_request(test::TransactionBench::request(method), bench_.flow(), now());
  }
  TimePoint now() const { return bench_.clock.now(); }
  std::vector<int> statuses() {
    std::vector<int> all;
    for (const auto& one : bench_.told<ResponseReceived>()) all.push_back(one.response.status());
    return all;
  }
  const Error lost_{make_error_code(Errc::unreachable), "network gone"};

  test::TransactionBench bench_{GetParam()};
  TransactionTable& table_ = bench_.table;
};

TEST_P(ClientTransactionsTest, ARequestLeavesOnItsFlowWithItsOwnVia) {
  send("OPTIONS");
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].datagram.flow, net::FlowId{1});
  EXPECT_EQ(sent[0].datagram.from, bench_.address(1));
  EXPECT_EQ(sent[0].datagram.to, bench_.flow().remote);
  EXPECT_EQ(sent[0].message.top_via().host, Host(bench_.address(1)));
  EXPECT_EQ(sent[0].message.field(Field::max_forwards), "70");
}

TEST_P(ClientTransactionsTest, AnInviteRepeatsDoublingThenFails) {
  const TimePoint start = now();
  const ClientId id = send("INVITE");
  bench_.advance(32s);
  EXPECT_THAT(bench_.sent_at(start), ElementsAre(0, 500, 1500, 3500, 7500, 15500, 31500));
  const auto failed = bench_.told<ClientFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].transaction, id);
  EXPECT_EQ(failed[0].error.code, Errc::timed_out);
  EXPECT_FALSE(table_.is_live(id));
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_EQ(table_.next_deadline(), std::nullopt);
}

TEST_P(ClientTransactionsTest, AnotherRequestRepeatsUpToT2ThenFails) {
  const TimePoint start = now();
  send("REGISTER");
  bench_.advance(32s);
  EXPECT_THAT(bench_.sent_at(start),
              ElementsAre(0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500));
  EXPECT_THAT(bench_.told<ClientFailed>(), SizeIs(1));
}

TEST_P(ClientTransactionsTest, RepetitionsAreTheSameBytes) {
  send("INVITE");
  bench_.advance(1s);
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].datagram.bytes, sent[1].datagram.bytes);
}

TEST_P(ClientTransactionsTest, AResponseIsToldWithTheFlowItCameBy) {
  const ClientId id = send("OPTIONS");
  bench_.answer("OPTIONS", 200);
  const auto told = bench_.told<ResponseReceived>();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].transaction, id);
  EXPECT_EQ(told[0].response.status(), 200);
  EXPECT_EQ(told[0].flow, bench_.flow());
}

TEST_P(ClientTransactionsTest, CopiesOfAFinalResponseAreAbsorbedThenStray) {
  send("OPTIONS");
  const Message response = bench_.answer("OPTIONS", 200);
  bench_.receive(response);
  EXPECT_THAT(statuses(), ElementsAre(200));
  bench_.advance(5s);
  EXPECT_EQ(table_.size(), 0U);
  bench_.receive(response);
  EXPECT_THAT(bench_.told<StrayResponse>(), SizeIs(1));
}

TEST_P(ClientTransactionsTest, AFailureIsAcknowledgedForEachCopyOnTheInvitesWay) {
  send("INVITE");
  const Message response = bench_.answer("INVITE", 486);
  bench_.receive(response);
  const Message invite = bench_.latest("INVITE");
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(3));
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(sent[i].message.method_name(), "ACK");
    EXPECT_EQ(sent[i].message.top_via(), invite.top_via());
    EXPECT_EQ(sent[i].message.to_tag(), "b");
    EXPECT_EQ(sent[i].datagram.to, bench_.flow().remote);
  }
  EXPECT_THAT(statuses(), ElementsAre(486));
}

TEST_P(ClientTransactionsTest, Each2xxIsToldForksAndCopiesAlike) {
  send("INVITE");
  bench_.answer("INVITE", 180);
  bench_.answer("INVITE", 200, "b");
  bench_.answer("INVITE", 200, "b");
  bench_.answer("INVITE", 200, "other");
  EXPECT_THAT(statuses(), ElementsAre(180, 200, 200, 200));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE"));  // the user acknowledges
}

TEST_P(ClientTransactionsTest, ALate2xxIsStray) {
  send("INVITE");
  const Message response = bench_.answer("INVITE", 200);
  bench_.advance(32s);
  bench_.receive(response);
  EXPECT_THAT(statuses(), ElementsAre(200));
  EXPECT_THAT(bench_.told<StrayResponse>(), SizeIs(1));
}

TEST_P(ClientTransactionsTest, AnAnsweredInviteIsNotRepeated) {
  send("INVITE");
  bench_.answer("INVITE", 100);
  bench_.advance(10min);
  EXPECT_THAT(bench_.sent(), SizeIs(1));
  EXPECT_THAT(bench_.told<ClientFailed>(), IsEmpty());
}

TEST_P(ClientTransactionsTest, ResponsesToOthersAreStray) {
  send("OPTIONS");
  Message response = make_response(bench_.latest("OPTIONS"), 200, "b");
  const Via via = response.top_via();

  Via other_branch = via;
  other_branch.branch += "x";
  Via other_host = via;
  other_host.host = bench_.address(77);
  Via other_port = via;
  other_port.port = 5099;
  for (const Via& wrong : {other_branch, other_host, other_port}) {
    response.set(Field::via, to_string(wrong));
    bench_.receive(response);
  }
  response.set(Field::via, to_string(via));
  response.set(Field::cseq, "7 MESSAGE");
  bench_.receive(response);
  EXPECT_THAT(bench_.told<StrayResponse>(), SizeIs(4));
  EXPECT_THAT(statuses(), IsEmpty());
}

TEST_P(ClientTransactionsTest, CancelWaitsForTheFirstProvisional) {
  const ClientId id = send("INVITE");
  table_.cancel(id, std::nullopt, now());
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE"));
  bench_.answer("INVITE", 100);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("CANCEL"));
  bench_.answer("INVITE", 180);
  EXPECT_THAT(bench_.sent(), IsEmpty());  // once is enough
}

TEST_P(ClientTransactionsTest, CancelAfterAProvisionalLeavesAtOnce) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  table_.cancel(id, std::nullopt, now());
  const Message cancel = bench_.latest("CANCEL");
  EXPECT_EQ(cancel.top_via(), bench_.latest("INVITE").top_via());
  EXPECT_EQ(cancel.cseq(), (CSeq{7, "CANCEL"}));

  bench_.answer("CANCEL", 200);
  bench_.answer("INVITE", 487);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE", "CANCEL", "ACK"));
  EXPECT_THAT(statuses(), ElementsAre(180, 487));  // the CANCEL's own outcome is not told
  bench_.advance(32s);
  EXPECT_TRUE(bench_.nothing_told());
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(ClientTransactionsTest, AnUnansweredCancelRepeatsAndTheInviteTimesOut) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  static_cast<void>(bench_.sent());
  table_.cancel(id, std::nullopt, now());
  bench_.advance(32s);
  EXPECT_THAT(bench_.sent(), SizeIs(11));
  const auto failed = bench_.told<ClientFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].transaction, id);
  EXPECT_EQ(failed[0].error.code, Errc::timed_out);
}

TEST_P(ClientTransactionsTest, ACancelThatCrossesThe200DoesNotHideIt) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  table_.cancel(id, std::nullopt, now());
  bench_.answer("INVITE", 200);
  bench_.answer("CANCEL", 481);
  EXPECT_THAT(statuses(), ElementsAre(180, 200));
  bench_.answer("INVITE", 200);
  EXPECT_THAT(statuses(), ElementsAre(200));
}

TEST_P(ClientTransactionsTest, ACancelHeldBackIsDroppedByAFinalResponse) {
  const ClientId id = send("INVITE");
  table_.cancel(id, std::nullopt, now());
  bench_.answer("INVITE", 200);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE"));
}

TEST_P(ClientTransactionsTest, AfterAFinalResponseThereIsNothingToCancel) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 200);
  table_.cancel(id, std::nullopt, now());
  table_.cancel(ClientId{99}, std::nullopt, now());
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE"));
}

TEST_P(ClientTransactionsTest, OnlyAnInviteCanBeCancelled) {
  const ClientId id = send("BYE");
  table_.cancel(id, std::nullopt, now());
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("BYE"));
}

TEST_P(ClientTransactionsTest, ACancelOnAnotherFlowKeepsTheViaOfItsInvite) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  table_.cancel(id, std::nullopt, now());
  static_cast<void>(bench_.latest("INVITE"));
  static_cast<void>(bench_.sent());

  table_.cancel(id, bench_.flow(2, 3), now());
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].datagram.flow, net::FlowId{2});
  EXPECT_EQ(sent[0].datagram.from, bench_.address(3));
  EXPECT_EQ(sent[0].message.top_via(), bench_.latest("INVITE").top_via());
  EXPECT_EQ(table_.count_on(net::FlowId{1}), 1U);  // the INVITE; its first CANCEL was replaced
  EXPECT_EQ(table_.count_on(net::FlowId{2}), 1U);
}

TEST_P(ClientTransactionsTest, CancellingTwiceSendsOneCancel) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  table_.cancel(id, std::nullopt, now());
  table_.cancel(id, std::nullopt, now());
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE", "CANCEL"));
}

TEST_P(ClientTransactionsTest, AnAbandonedTransactionIsSilent) {
  const ClientId id = send("OPTIONS");
  const Message request = bench_.latest("OPTIONS");
  static_cast<void>(bench_.sent());
  table_.abandon(id);
  bench_.advance(1min);
  EXPECT_THAT(bench_.sent(), IsEmpty());
  EXPECT_TRUE(bench_.nothing_told());
  bench_.receive(make_response(request, 200, "b"));
  EXPECT_THAT(statuses(), IsEmpty());
}

TEST_P(ClientTransactionsTest, WhenAFlowFailsItsOpenTransactionsFailAtOnce) {
  const ClientId first = send("OPTIONS");
  const ClientId second = send("INVITE");
  const ClientId other =
      table_.send_request(test::TransactionBench::request("REGISTER"), bench_.flow(2, 3), now());
  table_.on_flow_failed(net::FlowId{1}, std::nullopt, lost_, now());
  const auto failed = bench_.told<ClientFailed>();
  ASSERT_THAT(failed, SizeIs(2));
  EXPECT_EQ(failed[0].transaction, first);
  EXPECT_EQ(failed[1].transaction, second);
  EXPECT_EQ(failed[0].error, lost_);
  EXPECT_TRUE(table_.is_live(other));
  EXPECT_EQ(table_.count_on(net::FlowId{1}), 0U);
}

TEST_P(ClientTransactionsTest, AFailureOfOneDestinationSparesTheOthers) {
  net::Flow elsewhere = bench_.flow();
  elsewhere.remote.address = bench_.address(9);
  const ClientId here = send("OPTIONS");
  const ClientId there =
      table_.send_request(test::TransactionBench::request("OPTIONS"), elsewhere, now());
  table_.on_flow_failed(net::FlowId{1}, elsewhere.remote, lost_, now());
  EXPECT_TRUE(table_.is_live(here));
  EXPECT_FALSE(table_.is_live(there));
}

TEST_P(ClientTransactionsTest, AnAnsweredTransactionDoesNotFailAfterwards) {
  send("OPTIONS");
  bench_.answer("OPTIONS", 200);
  static_cast<void>(statuses());
  table_.on_flow_failed(net::FlowId{1}, bench_.flow().remote, lost_, now());
  EXPECT_EQ(table_.size(), 1U);
  table_.on_flow_failed(net::FlowId{1}, std::nullopt, lost_, now());
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_TRUE(bench_.nothing_told());
}

TEST_P(ClientTransactionsTest, AnInviteWhoseFlowFailedWhileRingingCanBeCancelledOnAnother) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  table_.on_flow_failed(net::FlowId{1}, std::nullopt, lost_, now());
  EXPECT_FALSE(table_.is_live(id));
  static_cast<void>(bench_.sent_lines());

  bench_.advance(2s);
  table_.cancel(id, bench_.flow(2, 3), now());
  table_.cancel(id, bench_.flow(2, 3), now());
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].message.method_name(), "CANCEL");
  EXPECT_EQ(sent[0].message.top_via(), bench_.latest("INVITE").top_via());
  EXPECT_EQ(sent[0].datagram.flow, net::FlowId{2});
}

TEST_P(ClientTransactionsTest, WhereNo1xxCanComeAnyMoreACancelDoesNotWaitForOne) {
  const ClientId id = send("INVITE");
  static_cast<void>(bench_.sent());
  table_.cancel(id, bench_.flow(2, 3), now());
  EXPECT_THAT(bench_.sent(), IsEmpty());  // RFC 3261 §9.1
  table_.on_flow_failed(net::FlowId{1}, std::nullopt, lost_, now());
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].message.method_name(), "CANCEL");
  EXPECT_EQ(sent[0].datagram.flow, net::FlowId{2});
}

TEST_P(ClientTransactionsTest, NothingIsCancelledWhereNoInviteHasArrived) {
  const ClientId id = send("INVITE");
  static_cast<void>(bench_.sent());
  table_.on_flow_failed(net::FlowId{1}, bench_.flow().remote, lost_, now());
  table_.cancel(id, bench_.flow(2, 3), now());
  EXPECT_THAT(bench_.sent(), IsEmpty());
}

TEST_P(ClientTransactionsTest, AnInviteWhoseFlowFailedIsForgottenInTheEnd) {
  const ClientId id = send("INVITE");
  bench_.answer("INVITE", 180);
  table_.on_flow_failed(net::FlowId{1}, std::nullopt, lost_, now());
  static_cast<void>(bench_.sent());
  bench_.advance(32s);
  table_.cancel(id, bench_.flow(2, 3), now());
  EXPECT_THAT(bench_.sent(), IsEmpty());
  EXPECT_EQ(table_.next_deadline(), std::nullopt);
}

TEST_P(ClientTransactionsTest, AFinalResponseMayComeByAnotherFlow) {
  send("INVITE");
  const Message invite = bench_.latest("INVITE");
  static_cast<void>(bench_.sent());
  bench_.receive_on(bench_.flow(2, 3), make_response(invite, 404, "b").write());
  EXPECT_THAT(statuses(), ElementsAre(404));
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].datagram.flow, net::FlowId{1});  // the ACK goes where the INVITE went
}

// What a forged one could do harm with comes by the request's own flow only.
TEST_P(ClientTransactionsTest, AnAnswerToRegisterFromAnotherHostIsStray) {
  net::Flow stranger = bench_.flow();
  stranger.remote.address = bench_.address(9);
  send("REGISTER");
  for (const int status : {100, 200, 403, 503}) {
    bench_.receive_on(stranger, make_response(bench_.latest("REGISTER"), status, "b").write());
    EXPECT_THAT(bench_.told<ResponseReceived>(), IsEmpty()) << status;
    EXPECT_THAT(bench_.told<StrayResponse>(), SizeIs(1)) << status;
  }
  bench_.answer("REGISTER", 200);
  EXPECT_THAT(bench_.told<ResponseReceived>(), SizeIs(1));
}

TEST_P(ClientTransactionsTest, ARedirectionOrChallengeFromAnotherHostIsStray) {
  net::Flow stranger = bench_.flow();
  stranger.remote.address = bench_.address(9);
  for (const std::string_view method : {"INVITE", "OPTIONS"}) {
    send(method);
    for (const int status : {301, 302, 305, 399, 401, 407}) {
      bench_.receive_on(stranger, make_response(bench_.latest(method), status, "b").write());
      EXPECT_THAT(bench_.told<StrayResponse>(), SizeIs(1)) << method << status;
    }
    // Of the others a callee that moved may be the sender.
    bench_.receive_on(stranger, make_response(bench_.latest(method), 486, "b").write());
    EXPECT_THAT(bench_.told<ResponseReceived>(), SizeIs(1)) << method;
  }
}

TEST_P(ClientTransactionsTest, OverUdpAnotherPortOrSocketIsTheSameHost) {
  net::Flow other = bench_.flow(2, 3);
  other.remote.port = 40'000;
  send("REGISTER");
  bench_.receive_on(other, make_response(bench_.latest("REGISTER"), 401, "b").write());
  EXPECT_THAT(bench_.told<ResponseReceived>(), SizeIs(1));
}

TEST_P(ClientTransactionsTest, OverAConnectionOnlyThatOneCounts) {
  table_.send_request(test::TransactionBench::request("REGISTER"), bench_.stream(), now());
  const std::string ok = make_response(bench_.latest("REGISTER"), 200, "b").write();
  for (const net::Flow& other : {bench_.stream(2), bench_.flow()}) {
    bench_.receive_on(other, ok);
    EXPECT_THAT(bench_.told<StrayResponse>(), SizeIs(1));
  }
  bench_.receive_on(bench_.stream(), ok);
  EXPECT_THAT(bench_.told<ResponseReceived>(), SizeIs(1));
}

TEST_P(ClientTransactionsTest, OverAConnectionNothingIsSentAgain) {
  for (const std::string_view method : {"INVITE", "OPTIONS"}) {
    table_.send_request(test::TransactionBench::request(method), bench_.stream(), now());
  }
  bench_.advance(31s);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("INVITE", "OPTIONS"));
  bench_.advance(1s);
  EXPECT_THAT(bench_.told<ClientFailed>(), SizeIs(2));
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(ClientTransactionsTest, T101_WhatIsSentAgainKeepsItsBytesWhateverHappensToItsNetwork) {
  send("INVITE");
  bench_.advance(1s);
  table_.send_request(test::TransactionBench::request("REGISTER"), bench_.flow(2, 3), now());
  table_.on_flow_failed(net::FlowId{2}, std::nullopt, lost_, now());
  bench_.advance(20s);
  std::vector<std::string> invites;
  for (const auto& one : bench_.sent()) {
    if (one.message.method() != Method::invite) continue;
    EXPECT_EQ(one.datagram.flow, bench_.flow().id);
    EXPECT_EQ(one.datagram.from, bench_.flow().local.address);
    invites.push_back(*one.datagram.bytes);
  }
  ASSERT_THAT(invites, SizeIs(6));
  EXPECT_THAT(invites, ::testing::Each(invites.front()));
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ClientTransactionsTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);

}  // namespace
}  // namespace godwit::sip
