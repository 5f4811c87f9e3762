// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/derived_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

Message invite() {
  Message message = Message::request("INVITE", "sip:bob@192.0.2.4");
  message.add(Field::via, "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKx");
  message.add(Field::via, "SIP/2.0/UDP far.example;branch=z9hG4bKfar");
  message.add(Field::route, "<sip:p1.example;lr>");
  message.add(Field::route, "<sip:p2.example;lr>");
  message.add(Field::from, "<sip:alice@example.com>;tag=a");
  message.add(Field::to, "<sip:bob@example.com>");
  message.add(Field::call_id, "c");
  message.add(Field::cseq, "7 INVITE");
  message.add(Field::contact, "<sip:alice@192.0.2.1>");
  message.set_body("application/sdp", "v=0\r\n");
  return message;
}

void expect_same_identity(const Message& request) {
  EXPECT_EQ(request.uri(), "sip:bob@192.0.2.4");
  EXPECT_THAT(request.values(Field::via),
              ElementsAre("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKx"));
  EXPECT_THAT(request.values(Field::route),
              ElementsAre("<sip:p1.example;lr>", "<sip:p2.example;lr>"));
  EXPECT_EQ(request.from_tag(), "a");
  EXPECT_EQ(request.call_id(), "c");
  EXPECT_EQ(request.count(Field::contact), 0U);
  EXPECT_EQ(request.body(), "");
}

TEST(DerivedRequestTest, TheAckTakesItsToFromTheResponse) {
  const Message ack = make_failure_ack(invite(), make_response(invite(), 486, "b"));
  expect_same_identity(ack);
  EXPECT_EQ(ack.method(), Method::ack);
  EXPECT_EQ(ack.cseq(), (CSeq{7, "ACK"}));
  EXPECT_EQ(ack.to_tag(), "b");
}

TEST(DerivedRequestTest, TheCancelTakesAllFromTheInvite) {
  const Message cancel = make_cancel(invite());
  expect_same_identity(cancel);
  EXPECT_EQ(cancel.method(), Method::cancel);
  EXPECT_EQ(cancel.cseq(), (CSeq{7, "CANCEL"}));
  EXPECT_EQ(cancel.to_tag(), "");
}

}  // namespace
}  // namespace godwit::sip
