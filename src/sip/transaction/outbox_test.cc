// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outbox.h"

#include <gtest/gtest.h>

#include "support/transaction_bench.h"

namespace godwit::sip {
namespace {

Message request_from(const std::string& host) {
  Message request = test::TransactionBench::request("OPTIONS");
  request.prepend(Field::via, "SIP/2.0/UDP " + host + ":5060;rport;branch=z9hG4bKx");
  return request;
}

TEST(OutboxTest, KeepsOutputsInOrderUntilTheyAreTaken) {
  Outbox outbox(Origin::own);
  const net::Flow flow = test::TransactionBench().flow();
  const Bytes bytes = outbox.send(request_from("192.0.2.1"), flow);
  outbox.tell(ServerFailed{ServerId{1}});
  outbox.send_again(bytes, flow);

  const auto outputs = outbox.take();
  ASSERT_EQ(outputs.size(), 3U);
  const auto& sent = std::get<SendMessage>(outputs[0]);
  EXPECT_EQ(sent.flow, flow.id);
  EXPECT_EQ(sent.from, flow.local.address);
  EXPECT_EQ(sent.to, flow.remote);
  EXPECT_EQ(*sent.bytes, request_from("192.0.2.1").write());
  EXPECT_TRUE(std::holds_alternative<ServerFailed>(outputs[1]));
  EXPECT_EQ(std::get<SendMessage>(outputs[2]).bytes, bytes);  // shared, not copied
  EXPECT_TRUE(outbox.take().empty());
}

TEST(OutboxDeathTest, AMessageThatIsUntrueToItsFlowStopsTheProgram) {
  Outbox outbox(Origin::own);
  EXPECT_DEATH(outbox.send(request_from("198.51.100.7"), test::TransactionBench().flow()),
               "Via says 198.51.100.7");
}

}  // namespace
}  // namespace godwit::sip
