// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/server_transactions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/transaction_bench.h"

// The server half of the table, seen through the table's door.
namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ServerTransactionsTest : public ::testing::TestWithParam<net::Family> {
 protected:
  RequestReceived receive(std::string_view method) {
    bench_.receive(bench_.peer_request(method));
    auto told = bench_.told<RequestReceived>();
    EXPECT_THAT(told, SizeIs(1));
    return told.empty() ? RequestReceived{} : std::move(told[0]);
  }
  void respond(const RequestReceived& to, int status) {
    table_.respond(to.transaction, make_response(to.request, status, "b"), now());
  }
  Message ack(std::string_view branch = "z9hG4bKpeer") const {
    Message message = bench_.peer_request("ACK", branch);
    message.set(Field::to, "<sip:bob@example.com>;tag=b");
    return message;
  }
  TimePoint now() const { return bench_.clock.now(); }

  test::TransactionBench bench_{GetParam()};
  TransactionTable& table_ = bench_.table;
};

TEST_P(ServerTransactionsTest, ARequestIsToldOnceWithItsSourceInTheVia) {
  const RequestReceived received = receive("OPTIONS");
  EXPECT_EQ(received.flow, bench_.flow());
  EXPECT_EQ(received.request.top_via().rport, 5062);
  EXPECT_EQ(received.request.top_via().received, bench_.address(2));
  ASSERT_NE(table_.request_of(received.transaction), nullptr);
  EXPECT_EQ(table_.request_of(received.transaction)->method(), Method::options);

  bench_.receive(bench_.peer_request("OPTIONS"));
  EXPECT_TRUE(bench_.nothing_told());
}

TEST_P(ServerTransactionsTest, AResponseGoesToTheSourceFromTheAddressItCameTo) {
  net::Flow nat = bench_.flow();
  nat.remote.port = 40'000;
  bench_.receive_on(nat, bench_.peer_request("OPTIONS").write());
  respond(bench_.told<RequestReceived>().at(0), 200);
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].datagram.to, nat.remote);
  EXPECT_EQ(sent[0].datagram.from, nat.local.address);
  EXPECT_EQ(sent[0].message.top_via().rport, 40'000);
}

TEST_P(ServerTransactionsTest, CopiesGetTheAnswerAgainUntilTimerJ) {
  respond(receive("OPTIONS"), 200);
  bench_.receive(bench_.peer_request("OPTIONS"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200", "200"));
  bench_.advance(32s);
  EXPECT_EQ(table_.size(), 0U);
  bench_.receive(bench_.peer_request("OPTIONS"));
  EXPECT_THAT(bench_.told<RequestReceived>(), SizeIs(1));  // a new one
}

TEST_P(ServerTransactionsTest, AnInviteIsTriedAfter200MsWithItsTimestamp) {
  Message invite = bench_.peer_request("INVITE");
  invite.add_extension("Timestamp", "54");
  bench_.receive(invite);
  bench_.advance(199ms);
  EXPECT_THAT(bench_.sent(), IsEmpty());
  bench_.advance(1ms);
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].message.status(), 100);
  EXPECT_EQ(sent[0].message.to_tag(), "");
  EXPECT_EQ(sent[0].message.extension("Timestamp"), "54");
}

TEST_P(ServerTransactionsTest, AFailureRepeatsUntilItsAck) {
  const TimePoint start = now();
  table_.prove(bench_.flow(), now());
  respond(receive("INVITE"), 486);
  bench_.advance(2s);
  EXPECT_THAT(bench_.sent_at(start), ElementsAre(0, 500, 1500));
  bench_.receive(ack());
  bench_.receive(ack());
  bench_.advance(10s);
  EXPECT_THAT(bench_.sent(), IsEmpty());
  EXPECT_TRUE(bench_.nothing_told());  // absorbed
  EXPECT_EQ(table_.size(), 0U);
}

// Its source may be forged: who is named there gets no more than was sent (security.md, section 2).
TEST_P(ServerTransactionsTest, AFailureThatIsAllWeSayToAStrangerComesOnceForEachCopy) {
  respond(receive("INVITE"), 486);
  bench_.advance(20s);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("486"));
  bench_.receive(bench_.peer_request("INVITE"));
  bench_.advance(13s);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("486"));
}

TEST_P(ServerTransactionsTest, StrangersCallsPastTheRateAreDroppedAndOthersTaken) {
  for (const int more : {0, 1, 9 * limits::kUnprovenInvitesPerSecond}) {
    bench_.advance(40s);
    static_cast<void>(bench_.told<RequestReceived>());
    for (int i = 0; i < limits::kUnprovenInvitesPerSecond + more; ++i) {
      const auto number = std::to_string(100'000 * more + i);
      auto invite = bench_.peer_request("INVITE", "z9hG4bK" + number);
      invite.set(Field::call_id, "call-" + number);
      bench_.receive(invite);
    }
    EXPECT_THAT(bench_.told<RequestReceived>(), SizeIs(limits::kUnprovenInvitesPerSecond));
  }
  table_.prove(bench_.flow(), now());
  auto again = bench_.peer_request("INVITE", "z9hG4bKproven");
  again.set(Field::call_id, "proven");
  bench_.receive(again);
  EXPECT_THAT(bench_.told<RequestReceived>(), SizeIs(1));
}

TEST_P(ServerTransactionsTest, AFailureNobodyAcknowledgesIsReported) {
  table_.prove(bench_.flow(), now());
  const RequestReceived received = receive("INVITE");
  respond(received, 486);
  bench_.advance(32s);
  EXPECT_THAT(bench_.sent(), SizeIs(11));
  const auto failed = bench_.told<ServerFailed>();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].transaction, received.transaction);
  EXPECT_EQ(table_.request_of(received.transaction), nullptr);
}

TEST_P(ServerTransactionsTest, ALostAckMakesTheFailureComeAgain) {
  respond(receive("INVITE"), 603);
  static_cast<void>(bench_.sent());
  bench_.receive(bench_.peer_request("INVITE"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("603"));
}

TEST_P(ServerTransactionsTest, TheUserRepeatsA2xxAndHearsItsAck) {
  const RequestReceived received = receive("INVITE");
  respond(received, 200);
  bench_.advance(500ms);
  respond(received, 200);
  bench_.receive(bench_.peer_request("INVITE"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200", "200"));
  bench_.receive(ack("z9hG4bKack"));
  EXPECT_THAT(bench_.told<AckReceived>(), SizeIs(1));
  bench_.receive(ack());  // some wrongly use the branch of the INVITE
  EXPECT_THAT(bench_.told<AckReceived>(), SizeIs(1));
}

TEST_P(ServerTransactionsTest, AfterTimerLA2xxIsNotRepeatedAnyMore) {
  const RequestReceived received = receive("INVITE");
  respond(received, 200);
  bench_.advance(32s);
  static_cast<void>(bench_.sent());
  respond(received, 200);
  EXPECT_THAT(bench_.sent(), IsEmpty());
  EXPECT_TRUE(bench_.nothing_told());
}

TEST_P(ServerTransactionsTest, AStrayAckIsTold) {
  bench_.receive(ack());
  const auto told = bench_.told<AckReceived>();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].flow, bench_.flow());
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(ServerTransactionsTest, ACancelIsAnsweredAndToldWhileTheInviteIsOpen) {
  const RequestReceived invite = receive("INVITE");
  respond(invite, 180);
  bench_.receive(bench_.peer_request("CANCEL"));
  bench_.receive(bench_.peer_request("CANCEL"));
  const auto told = bench_.told<CancelReceived>();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].invite, invite.transaction);
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(3));
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(sent[i].message.status(), 200);
    EXPECT_EQ(sent[i].message.cseq().method, "CANCEL");
    EXPECT_EQ(sent[i].message.to_tag(), "b");  // the same as in the INVITE's responses (§9.2)
  }
  respond(invite, 487);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("487"));
}

TEST_P(ServerTransactionsTest, ACancelThatCrossesTheAnswerChangesNothing) {
  const RequestReceived invite = receive("INVITE");
  respond(invite, 200);
  bench_.receive(bench_.peer_request("CANCEL"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200", "200"));
  EXPECT_TRUE(bench_.nothing_told());
}

TEST_P(ServerTransactionsTest, AStrayCancelGets481) {
  bench_.receive(bench_.peer_request("CANCEL"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("481"));
  EXPECT_TRUE(bench_.nothing_told());
}

TEST_P(ServerTransactionsTest, ACancelWithAnotherBranchSentByOrMethodIsStray) {
  receive("INVITE");
  bench_.receive(bench_.peer_request("CANCEL", "z9hG4bKother"));
  Message forged = bench_.peer_request("CANCEL");
  forged.set(Field::via, "SIP/2.0/UDP mean.example;branch=z9hG4bKpeer");
  bench_.receive(forged);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("481", "481"));
  EXPECT_THAT(bench_.told<CancelReceived>(), IsEmpty());
}

TEST_P(ServerTransactionsTest, PeersOfRfc2543AreMatchedWithoutBranch) {
  const std::string via = "SIP/2.0/UDP " + to_uri_host(bench_.address(2)) + ":5062";
  const auto old_request = [&](std::string_view method) {
    Message message = bench_.peer_request(method);
    message.set(Field::via, via);
    return message;
  };
  bench_.receive(old_request("INVITE"));
  bench_.receive(old_request("INVITE"));
  const auto told = bench_.told<RequestReceived>();
  ASSERT_THAT(told, SizeIs(1));
  bench_.receive(old_request("CANCEL"));
  EXPECT_THAT(bench_.told<CancelReceived>(), SizeIs(1));
  respond(told[0], 487);
  Message old_ack = old_request("ACK");
  old_ack.set(Field::to, "<sip:bob@example.com>;tag=b");
  bench_.receive(old_ack);
  bench_.advance(10s);
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("200", "487"));
  EXPECT_TRUE(bench_.nothing_told());
}

TEST_P(ServerTransactionsTest, AMovedTransactionAnswersOnItsNewFlow) {
  const RequestReceived invite = receive("INVITE");
  respond(invite, 180);
  static_cast<void>(bench_.sent());
  const net::Flow moved = bench_.flow(2, 3);
  table_.move_server(invite.transaction, moved);
  EXPECT_EQ(table_.count_on(net::FlowId{1}), 0U);
  EXPECT_EQ(table_.count_on(net::FlowId{2}), 1U);

  respond(invite, 486);
  bench_.advance(500ms);
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(2));
  for (const auto& one : sent) {
    EXPECT_EQ(one.datagram.flow, net::FlowId{2});
    EXPECT_EQ(one.datagram.from, moved.local.address);
    EXPECT_EQ(one.datagram.to, moved.remote);
  }
}

TEST_P(ServerTransactionsTest, WhatNamesTheOldAddressIsNotRepeatedOnTheNewFlow) {
  const RequestReceived invite = receive("INVITE");
  Message ringing = make_response(invite.request, 180, "b");
  ringing.add(Field::contact, "<sip:bob@" + to_uri_host(bench_.address(1)) + ":5060>");
  table_.respond(invite.transaction, ringing, now());
  table_.move_server(invite.transaction, bench_.flow(2, 3));
  static_cast<void>(bench_.sent());
  bench_.receive(bench_.peer_request("INVITE"));
  EXPECT_THAT(bench_.sent(), IsEmpty());
}

TEST_P(ServerTransactionsTest, AFlowThatFailsLeavesServerTransactionsToBeMoved) {
  const RequestReceived invite = receive("INVITE");
  table_.on_flow_failed(net::FlowId{1}, std::nullopt, {}, now());
  EXPECT_NE(table_.request_of(invite.transaction), nullptr);
  EXPECT_TRUE(bench_.nothing_told());
}

// T47: as when a failover's first copy comes late, by the other family.
TEST_P(ServerTransactionsTest, T47_ACopyByAnotherWayIsAnswered482) {
  const RequestReceived first = receive("INVITE");
  respond(first, 180);
  static_cast<void>(bench_.sent());
  for (int i = 0; i < 2; ++i) bench_.receive(bench_.peer_request("INVITE", "z9hG4bKlate"));
  EXPECT_TRUE(bench_.nothing_told());
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].message.status(), 482);
  EXPECT_EQ(sent[0].message.top_via().branch, "z9hG4bKlate");
  EXPECT_EQ(*sent[0].datagram.bytes, *sent[1].datagram.bytes);
  EXPECT_EQ(table_.size(), 1U);

  respond(first, 200);
  static_cast<void>(bench_.sent());
  bench_.receive(bench_.peer_request("INVITE", "z9hG4bKlater"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("482"));
}

TEST_P(ServerTransactionsTest, WhatOnlyLooksLikeACopyIsARequestOfItsOwn) {
  receive("INVITE");
  Message in_dialog = bench_.peer_request("INVITE", "z9hG4bK1");
  in_dialog.set(Field::to, "<sip:bob@example.com>;tag=b");
  Message later = bench_.peer_request("INVITE", "z9hG4bK2");
  later.set(Field::cseq, "8 INVITE");
  for (const Message& request : {in_dialog, later, bench_.peer_request("OPTIONS", "z9hG4bK3")}) {
    bench_.receive(request);
    EXPECT_THAT(bench_.told<RequestReceived>(), SizeIs(1));
  }
  EXPECT_THAT(bench_.sent_lines(), IsEmpty());
}

TEST_P(ServerTransactionsTest, ACopyAfterTheTransactionHasEndedIsARequestOfItsOwn) {
  respond(receive("OPTIONS"), 200);
  bench_.advance(32s);
  bench_.receive(bench_.peer_request("OPTIONS", "z9hG4bKlate"));
  EXPECT_THAT(bench_.told<RequestReceived>(), SizeIs(1));
}

TEST_P(ServerTransactionsTest, ACancelOfACopyIsStray) {
  receive("INVITE");
  bench_.receive(bench_.peer_request("INVITE", "z9hG4bKlate"));
  bench_.receive(bench_.peer_request("CANCEL", "z9hG4bKlate"));
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("482", "481"));
  EXPECT_TRUE(bench_.nothing_told());
}

TEST(MergedRequestTest, AProxyPassesBothOn) {
  test::TransactionBench bench{net::Family::v4, Origin::forwarded};
  bench.receive(bench.peer_request("INVITE"));
  bench.receive(bench.peer_request("INVITE", "z9hG4bKother"));
  EXPECT_THAT(bench.told<RequestReceived>(), SizeIs(2));
}

TEST_P(ServerTransactionsTest, AStatelessResponseKeepsNothing) {
  Message request = bench_.peer_request("OPTIONS");
  table_.respond_statelessly(request, make_response(request, 400, "b"), bench_.flow());
  EXPECT_THAT(bench_.sent_lines(), ElementsAre("400"));
  EXPECT_EQ(table_.size(), 0U);
}

TEST(ServerLimitTest, BeyondItRequestsGetAStateless503) {
  test::TransactionBench bench;
  for (std::size_t i = 0; i < ServerTransactions::kMaxTransactions; ++i) {
    Message request = bench.peer_request("OPTIONS", "z9hG4bK" + std::to_string(i));
    request.set(Field::call_id, "call-" + std::to_string(i));
    bench.receive(request);
  }
  EXPECT_THAT(bench.told<RequestReceived>(), SizeIs(ServerTransactions::kMaxTransactions));
  bench.receive(bench.peer_request("OPTIONS", "z9hG4bKone-more"));
  bench.receive(bench.peer_request("OPTIONS", "z9hG4bKone-more"));
  EXPECT_TRUE(bench.nothing_told());
  const auto sent = bench.sent();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].message.status(), 503);
  EXPECT_FALSE(sent[0].message.to_tag().empty());
  EXPECT_EQ(*sent[0].datagram.bytes, *sent[1].datagram.bytes);  // RFC 3261 §8.2.7
  EXPECT_EQ(bench.table.size(), ServerTransactions::kMaxTransactions);
}

TEST(ServerLimitTest, AnsweredRequestsKeepNobodyOutAndTheOldestAreForgotten) {
  test::TransactionBench bench;
  const auto ask = [&](std::size_t number) {
    Message request = bench.peer_request("OPTIONS", "z9hG4bK" + std::to_string(number));
    request.set(Field::call_id, "call-" + std::to_string(number));
    bench.receive(request);
  };
  const std::size_t most = ServerTransactions::kMaxAnswered;
  for (std::size_t i = 0; i <= most; ++i) {
    ask(i);
    const auto received = bench.told<RequestReceived>();
    ASSERT_THAT(received, SizeIs(1)) << i;
    bench.table.respond(received[0].transaction, make_response(received[0].request, 200, "b"),
                        bench.clock.now());
    ASSERT_THAT(bench.sent(), SizeIs(1));
  }
  EXPECT_EQ(bench.table.size(), most);
  ask(most);
  ask(1);
  EXPECT_TRUE(bench.nothing_told()) << "copies of what is remembered get the answer again";
  EXPECT_THAT(bench.sent_lines(), ElementsAre("200", "200"));
  ask(0);
  EXPECT_THAT(bench.told<RequestReceived>(), SizeIs(1)) << "forgotten: a new request";
  bench.advance(std::chrono::seconds{32});
  EXPECT_EQ(bench.table.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ServerTransactionsTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);

}  // namespace
}  // namespace godwit::sip
