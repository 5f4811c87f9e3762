// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/transaction_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "sip/transaction/stateless_response.h"
#include "support/transaction_bench.h"

// What is the table's own; its two halves have tests of their own beside this one.
namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TransactionTableTest : public ::testing::TestWithParam<net::Family> {
 protected:
  test::TransactionBench bench_{GetParam()};
  TransactionTable& table_ = bench_.table;
};

TEST_P(TransactionTableTest, KeepAlivesAreIgnoredInSilence) {
  for (const char* bytes : {"", "\r\n", "\r\n\r\n", "\n"}) bench_.receive_on(bench_.flow(), bytes);
  EXPECT_TRUE(bench_.nothing_told());
  EXPECT_THAT(bench_.sent(), IsEmpty());
}

TEST_P(TransactionTableTest, WhatIsNoMessageIsToldAndDropped) {
  for (const char* bytes : {"hello", "OPTIONS sip:bob@example.com SIP/2.0\r\n\r\n"}) {
    bench_.receive_on(bench_.flow(), bytes);
    const auto told = bench_.told<MalformedReceived>();
    ASSERT_THAT(told, SizeIs(1)) << bytes;
    EXPECT_TRUE(told[0].read->fault) << bytes;
    EXPECT_EQ(told[0].bytes, std::string_view(bytes).size());
    EXPECT_EQ(told[0].flow, bench_.flow());
  }
  Message wrong = bench_.peer_request("OPTIONS");
  wrong.set(Field::cseq, "7 INVITE");
  bench_.receive(wrong);
  EXPECT_THAT(bench_.told<MalformedReceived>(), SizeIs(1));
  EXPECT_THAT(bench_.sent(), IsEmpty());
}

TEST_P(TransactionTableTest, AMessageOfAStreamIsReadAsADatagramIs) {
  const net::Flow stream = bench_.stream();
  bench_.receive_on(stream, bench_.peer_request("OPTIONS").write());
  const auto requests = bench_.told<RequestReceived>();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].flow, stream);
  bench_.receive_on(stream, "hello");
  const auto malformed = bench_.told<MalformedReceived>();
  ASSERT_THAT(malformed, SizeIs(1));
  EXPECT_EQ(malformed[0].flow, stream);
  EXPECT_EQ(malformed[0].bytes, 5U);
}

TEST_P(TransactionTableTest, WhatAFlowAdvertisesGoesWithWhatCameByIt) {
  const net::Flow flow = bench_.flow();
  const net::SocketAddress advertised{bench_.address(9), 5099};
  table_.on_datagram({flow.id, flow.local, flow.remote, bench_.peer_request("OPTIONS").write()},
                     net::Transport::udp, bench_.clock.now(), advertised);
  const auto requests = bench_.told<RequestReceived>();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].flow.named(), advertised);
  Message ok = make_response(requests[0].request, 200, "b");
  ok.add(Field::contact, "<sip:bob@" + net::to_string(advertised) + ">");
  table_.respond(requests[0].transaction, ok, bench_.clock.now());
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].datagram.from, flow.local.address);
}

/// Requests that do not read, and what becomes of an answer to them.
class MalformedAnswerTest : public TransactionTableTest {
 protected:
  /// A request with a CSeq of another method.
  Message malformed(std::string_view method = "OPTIONS") const {
    Message wrong = bench_.peer_request(method);
    wrong.set(Field::cseq, "7 PUBLISH");
    return wrong;
  }
  bool answer(std::string bytes, std::size_t longer_by = 0) {
    bench_.receive_on(bench_.flow(), std::move(bytes));
    const auto told = bench_.told<MalformedReceived>();
    EXPECT_THAT(told, SizeIs(1));
    Message response = make_stateless_response(told.at(0).read->message, told[0].flow, 400);
    if (longer_by > 0) response.add_extension("Pad", std::string(longer_by, 'x'));
    return table_.answer_malformed(told[0], response, bench_.clock.now());
  }
};

TEST_P(MalformedAnswerTest, ComesOnceToTheSourceAndLeavesNoTransaction) {
  ASSERT_TRUE(answer(malformed().write()));
  bench_.advance(40s);
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].message.status(), 400);
  EXPECT_EQ(sent[0].message.top_via().rport, 5062);
  EXPECT_EQ(sent[0].datagram.to, bench_.flow().remote);
  EXPECT_EQ(sent[0].datagram.from, bench_.flow().local.address);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(MalformedAnswerTest, GoesToThePortOfTheSentByWhereRportIsNotAskedFor) {
  Message wrong = malformed();
  wrong.set(Field::via, "SIP/2.0/UDP host.example:5090;branch=;");
  ASSERT_TRUE(answer(wrong.write()));
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].datagram.to, (net::SocketAddress{bench_.address(2), 5090}));
}

TEST_P(MalformedAnswerTest, IsNotGivenToAckOrResponsesOrWhereNoViaSaysWhereTo) {
  EXPECT_FALSE(answer(malformed("ACK").write()));
  Message nowhere = malformed();
  nowhere.set(Field::via, "SIP/2.0/UDP ;branch=z9hG4bKx");
  EXPECT_FALSE(answer(nowhere.write()));
  nowhere.remove(Field::via);
  EXPECT_FALSE(answer(nowhere.write()));
  Message response = make_response(bench_.peer_request("OPTIONS"), 200, "b");
  response.remove(Field::call_id);
  EXPECT_FALSE(answer(response.write()));
  EXPECT_FALSE(answer("hello"));
  EXPECT_THAT(bench_.sent(), IsEmpty());
}

TEST_P(MalformedAnswerTest, IsNoMoreThanTwiceTheRequest) {
  const auto size = malformed().write().size();
  ASSERT_TRUE(answer(malformed().write()));
  const auto usual = bench_.sent().at(0).datagram.bytes->size();
  const auto room =
      limits::kMalformedAnswerGrowth * size - usual - std::string_view("Pad: \r\n").size();
  EXPECT_TRUE(answer(malformed().write(), room));
  EXPECT_FALSE(answer(malformed().write(), room + 1));
  EXPECT_FALSE(answer(malformed().write(), 10 * room));
  EXPECT_THAT(bench_.sent(), SizeIs(1));
}

TEST_P(MalformedAnswerTest, ComesNoFasterThanTheRate) {
  int sent = 0;
  for (int i = 0; i < 10 * limits::kMalformedAnswersPerSecond; ++i) {
    sent += answer(malformed().write()) ? 1 : 0;
  }
  EXPECT_EQ(sent, limits::kMalformedAnswersPerSecond);
  bench_.clock.advance(1s);
  EXPECT_TRUE(answer(malformed().write()));
}

TEST_P(TransactionTableTest, TheAckOfA2xxHasItsOwnBranchAndCanBeSentAgain) {
  const Bytes bytes = table_.send_ack(test::TransactionBench::request("ACK"), bench_.flow());
  table_.resend(bytes, bench_.flow());
  const auto sent = bench_.sent();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].datagram.bytes, sent[1].datagram.bytes);
  EXPECT_EQ(sent[0].message.top_via().host, Host(bench_.address(1)));
  EXPECT_EQ(sent[0].message.field(Field::max_forwards), "70");
  EXPECT_EQ(table_.size(), 0U);
}

TEST_P(TransactionTableTest, TheNextDeadlineIsTheEarliestOfBothHalves) {
  EXPECT_EQ(table_.next_deadline(), std::nullopt);
  table_.send_request(test::TransactionBench::request("OPTIONS"), bench_.flow(),
                      bench_.clock.now());
  EXPECT_EQ(table_.next_deadline(), bench_.clock.now() + 500ms);
  bench_.receive(bench_.peer_request("INVITE"));
  EXPECT_EQ(table_.next_deadline(), bench_.clock.now() + 200ms);
}

TEST_P(TransactionTableTest, CountsBothHalvesPerFlow) {
  table_.send_request(test::TransactionBench::request("OPTIONS"), bench_.flow(),
                      bench_.clock.now());
  bench_.receive(bench_.peer_request("INVITE"));
  EXPECT_EQ(table_.count_on(net::FlowId{1}), 2U);
  EXPECT_EQ(table_.count_on(net::FlowId{2}), 0U);
  EXPECT_EQ(table_.size(), 2U);
}

using TransactionTableDeathTest = TransactionTableTest;

TEST_P(TransactionTableDeathTest, AnUntrueContactStopsTheProgram) {
  Message request = test::TransactionBench::request("INVITE");
  request.add(Field::contact, "<sip:alice@" + to_uri_host(bench_.address(99)) + ":5060>");
  EXPECT_DEATH(table_.send_request(request, bench_.flow(), bench_.clock.now()), "Contact says");
}

TEST(ForwardingTableTest, WhatAProxyPassesOnMayNameOthers) {
  test::TransactionBench bench{net::Family::v4, Origin::forwarded};
  Message request = test::TransactionBench::request("INVITE");
  request.add(Field::contact, "<sip:alice@198.51.100.9:5060>");
  bench.table.send_request(request, bench.flow(), bench.clock.now());
  EXPECT_THAT(bench.sent_lines(), ElementsAre("INVITE"));
}

TEST(LargeTableTest, TenThousandTransactionsAtOnceRunToTheirEnd) {
  test::TransactionBench bench;
  constexpr int kMany = 10'000;
  for (int i = 0; i < kMany; ++i) {
    bench.table.send_request(test::TransactionBench::request("OPTIONS"), bench.flow(),
                             bench.clock.now() + std::chrono::microseconds{i});
  }
  EXPECT_EQ(bench.table.size(), 10'000U);
  const auto sent = bench.sent();
  for (const auto& one : sent) bench.receive(make_response(one.message, 200, "b"));
  EXPECT_THAT(bench.told<ResponseReceived>(), SizeIs(kMany));
  bench.advance(6s);
  EXPECT_EQ(bench.table.size(), 0U);
  EXPECT_EQ(bench.table.next_deadline(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, TransactionTableTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);
INSTANTIATE_TEST_SUITE_P(BothFamilies, MalformedAnswerTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);
INSTANTIATE_TEST_SUITE_P(BothFamilies, TransactionTableDeathTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);

}  // namespace
}  // namespace godwit::sip
