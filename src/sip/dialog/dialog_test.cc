// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Message invite() {
  Message message = Message::request("INVITE", "sip:bob@example.com");
  message.add(Field::via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx");
  message.add(Field::from, "\"Alice\" <sip:alice@example.com>;tag=a");
  message.add(Field::to, "<sip:bob@example.com>");
  message.add(Field::call_id, "call-1");
  message.add(Field::cseq, "7 INVITE");
  message.add(Field::contact, "<sip:alice@192.0.2.1:5070>");
  return message;
}

Message answer(int status, std::string_view to_tag = "b",
               std::string_view contact = "<sip:bob@192.0.2.2:5080;ob>") {
  Message message = make_response(invite(), status, to_tag);
  if (!contact.empty()) message.add(Field::contact, contact);
  return message;
}

/// From the peer, inside the dialog that `invite()` opened at its side.
Message from_alice(std::string_view method, std::uint32_t cseq) {
  Message message = Message::request(method, "sip:bob@192.0.2.2");
  message.add(Field::from, "<sip:alice@example.com>;tag=a");
  message.add(Field::to, "<sip:bob@example.com>;tag=b");
  message.add(Field::call_id, "call-1");
  message.add(Field::cseq, to_string(CSeq{cseq, std::string(method)}));
  return message;
}

TEST(CallerDialogTest, ComesFromTheResponse) {
  const Dialog dialog = Dialog::from_response(invite(), answer(200)).value();
  EXPECT_EQ(dialog.call_id(), "call-1");
  EXPECT_EQ(dialog.local_tag(), "a");
  EXPECT_EQ(dialog.remote_tag(), "b");
  EXPECT_EQ(dialog.local().display_name, "Alice");
  EXPECT_EQ(to_string(dialog.remote().uri), "sip:bob@example.com");
  EXPECT_EQ(to_string(dialog.remote_target()), "sip:bob@192.0.2.2:5080;ob");
  EXPECT_EQ(dialog.local_sequence(), 7U);
}

TEST(CallerDialogTest, ReversesTheRecordRoute) {
  Message response = answer(200);
  response.add(Field::record_route, "<sip:near.example;lr>");
  response.add(Field::record_route, "<sip:far.example;lr>");
  // The proxy nearest to the callee wrote the first one.
  Dialog dialog = Dialog::from_response(invite(), response).value();
  EXPECT_THAT(dialog.make_request(Method::bye).values(Field::route),
              ElementsAre("<sip:far.example;lr>", "<sip:near.example;lr>"));
}

TEST(CallerDialogTest, NeedsAContactAndForA1xxATag) {
  EXPECT_EQ(Dialog::from_response(invite(), answer(200, "b", "")).error().code,
            Errc::malformed_message);
  EXPECT_EQ(Dialog::from_response(invite(), answer(180, "")).error().code, Errc::malformed_message);
  EXPECT_TRUE(Dialog::from_response(invite(), answer(180)));
}

TEST(CallerDialogTest, A2xxWithoutTagIsAnOldPeersDialog) {
  Dialog dialog = Dialog::from_response(invite(), answer(200, "")).value();
  EXPECT_EQ(dialog.make_request(Method::bye).to_tag(), "");
}

TEST(CallerDialogTest, ConfirmingTakesRouteSetAndTargetFromThe2xx) {
  Message ringing = answer(180, "b", "<sip:bob@early.example>");
  ringing.add(Field::record_route, "<sip:early-proxy.example;lr>");
  Dialog dialog = Dialog::from_response(invite(), ringing).value();

  Message ok = answer(200, "b", "<sip:bob@late.example>");
  ok.add(Field::record_route, "<sip:late-proxy.example;lr>");
  dialog.confirm(ok);
  const Message ack = dialog.make_ack(7);
  EXPECT_EQ(ack.uri(), "sip:bob@late.example");
  EXPECT_THAT(ack.values(Field::route), ElementsAre("<sip:late-proxy.example;lr>"));
}

TEST(DialogRequestTest, ForgetsTheFlowOfItsEdgeProxyAndNothingElse) {
  Message request = invite();
  request.add(Field::record_route, "<sip:t0ken=@edge.example:5061;transport=tls;r2=on;lr>");
  request.add(Field::record_route, "<sip:t0ken=@edge.example;r2=on;lr>");
  request.add(Field::record_route, "<sip:far.example;lr>");
  request.add(Field::record_route, "<sip:their-token@others.example;lr>");
  Dialog dialog = Dialog::from_request(request, "b").value();
  dialog.forget_flow_tokens();
  EXPECT_THAT(dialog.make_request(Method::bye).values(Field::route),
              ElementsAre("<sip:edge.example:5061;transport=tls;r2=on;lr>",
                          "<sip:edge.example;r2=on;lr>", "<sip:far.example;lr>",
                          "<sip:their-token@others.example;lr>"));
}

TEST(CalleeDialogTest, ComesFromTheInvite) {
  Message request = invite();
  request.add(Field::record_route, "<sip:p1.example;lr>");
  request.add(Field::record_route, "<sip:p2.example;lr>");
  Dialog dialog = Dialog::from_request(request, "b").value();
  EXPECT_EQ(dialog.local_tag(), "b");
  EXPECT_EQ(dialog.remote_tag(), "a");
  EXPECT_EQ(to_string(dialog.remote_target()), "sip:alice@192.0.2.1:5070");

  const Message bye = dialog.make_request(Method::bye);
  EXPECT_EQ(bye.from_tag(), "b");
  EXPECT_EQ(bye.to_tag(), "a");
  EXPECT_THAT(bye.values(Field::route), ElementsAre("<sip:p1.example;lr>", "<sip:p2.example;lr>"));
  EXPECT_GT(bye.cseq().number, 0U);
}

TEST(CalleeDialogTest, NeedsAContact) {
  Message request = invite();
  request.remove(Field::contact);
  EXPECT_EQ(Dialog::from_request(request, "b").error().code, Errc::malformed_message);
  request.add(Field::contact, "*");
  EXPECT_FALSE(Dialog::from_request(request, "b"));
}

TEST(DialogRequestTest, HasAllButViaAndContact) {
  Dialog dialog = Dialog::from_response(invite(), answer(200)).value();
  const Message request = dialog.make_request(Method::update);
  EXPECT_EQ(request.method(), Method::update);
  EXPECT_EQ(request.uri(), "sip:bob@192.0.2.2:5080;ob");
  EXPECT_EQ(request.field(Field::from), "\"Alice\" <sip:alice@example.com>;tag=a");
  EXPECT_EQ(request.field(Field::to), "<sip:bob@example.com>;tag=b");
  EXPECT_EQ(request.call_id(), "call-1");
  EXPECT_EQ(request.cseq(), (CSeq{8, "UPDATE"}));
  EXPECT_EQ(request.field(Field::max_forwards), "70");
  EXPECT_EQ(request.count(Field::via), 0U);
  EXPECT_EQ(request.count(Field::contact), 0U);
  EXPECT_EQ(request.count(Field::route), 0U);
}

TEST(DialogRequestTest, CountsUpButForAckAndCancel) {
  Dialog dialog = Dialog::from_response(invite(), answer(200)).value();
  EXPECT_EQ(dialog.make_request(Method::invite).cseq().number, 8U);
  EXPECT_EQ(dialog.make_request(Method::ack).cseq().number, 8U);
  EXPECT_EQ(dialog.make_request(Method::cancel).cseq().number, 8U);
  EXPECT_EQ(dialog.make_ack(7).cseq(), (CSeq{7, "ACK"}));
  EXPECT_EQ(dialog.make_request(Method::bye).cseq().number, 9U);
}

TEST(DialogRequestTest, AStrictRouterGetsItsOwnUriAndTheTargetLast) {
  Message response = answer(200);
  response.add(Field::record_route, "<sip:loose.example;lr>");
  response.add(Field::record_route, "<sip:strict.example?subject=x>");
  Dialog dialog = Dialog::from_response(invite(), response).value();
  const Message bye = dialog.make_request(Method::bye);
  EXPECT_EQ(bye.uri(), "sip:strict.example");
  EXPECT_THAT(bye.values(Field::route),
              ElementsAre("<sip:loose.example;lr>", "<sip:bob@192.0.2.2:5080;ob>"));
  EXPECT_EQ(to_string(dialog.next_hop().host), "strict.example");
}

TEST(DialogRequestTest, TheRequestUriHasNoHeadersAndNoMethod) {
  const Message response = answer(200, "b", "<sip:bob@192.0.2.2;method=INVITE?subject=x>");
  Dialog dialog = Dialog::from_response(invite(), response).value();
  EXPECT_EQ(dialog.make_request(Method::bye).uri(), "sip:bob@192.0.2.2");
}

TEST(DialogRequestTest, TheNextHopIsTheFirstRouteOrTheTarget) {
  Message response = answer(200);
  EXPECT_EQ(to_string(Dialog::from_response(invite(), response)->next_hop()),
            "sip:bob@192.0.2.2:5080;ob");
  response.add(Field::record_route, "<sip:proxy.example;lr>");
  EXPECT_EQ(to_string(Dialog::from_response(invite(), response)->next_hop()),
            "sip:proxy.example;lr");
}

TEST(DialogSequenceTest, RequestsMustCountUp) {
  Dialog dialog = Dialog::from_request(invite(), "b").value();
  EXPECT_EQ(dialog.accept_request(from_alice("UPDATE", 8)), Dialog::Order::in_order);
  EXPECT_EQ(dialog.accept_request(from_alice("INFO", 8)), Dialog::Order::out_of_order);
  EXPECT_EQ(dialog.accept_request(from_alice("INFO", 5)), Dialog::Order::out_of_order);
  EXPECT_EQ(dialog.accept_request(from_alice("BYE", 100)), Dialog::Order::in_order);
}

TEST(DialogSequenceTest, AnAckOrCancelHasTheNumberOfItsInvite) {
  Dialog dialog = Dialog::from_request(invite(), "b").value();
  EXPECT_EQ(dialog.accept_request(from_alice("ACK", 7)), Dialog::Order::in_order);
  EXPECT_EQ(dialog.accept_request(from_alice("CANCEL", 7)), Dialog::Order::in_order);
  EXPECT_EQ(dialog.accept_request(from_alice("BYE", 8)), Dialog::Order::in_order);
}

TEST(DialogSequenceTest, TheCallersSideTakesTheFirstNumberItSees) {
  Dialog dialog = Dialog::from_response(invite(), answer(200)).value();
  EXPECT_EQ(dialog.accept_request(from_alice("UPDATE", 1)), Dialog::Order::in_order);
  EXPECT_EQ(dialog.accept_request(from_alice("UPDATE", 1)), Dialog::Order::out_of_order);
}

TEST(DialogTest, MatchesByCallIdAndBothTags) {
  const Dialog dialog = Dialog::from_request(invite(), "b").value();
  EXPECT_TRUE(dialog.matches(from_alice("BYE", 8)));
  Message other = from_alice("BYE", 8);
  other.set(Field::to, "<sip:bob@example.com>;tag=B");
  EXPECT_FALSE(dialog.matches(other));
  other = from_alice("BYE", 8);
  other.set(Field::from, "<sip:alice@example.com>;tag=other");
  EXPECT_FALSE(dialog.matches(other));
  other = from_alice("BYE", 8);
  other.set(Field::call_id, "call-2");
  EXPECT_FALSE(dialog.matches(other));
}

TEST(DialogTest, ATargetRefreshTakesTheContactAndNothingElse) {
  Dialog dialog = Dialog::from_request(invite(), "b").value();
  Message update = from_alice("UPDATE", 8);
  update.add(Field::contact, "<sip:alice@[2001:db8::1]:5070>");
  update.add(Field::record_route, "<sip:other.example;lr>");
  dialog.refresh_target(update);
  EXPECT_EQ(to_string(dialog.remote_target()), "sip:alice@[2001:db8::1]:5070");
  EXPECT_THAT(dialog.route_set(), IsEmpty());

  dialog.refresh_target(from_alice("UPDATE", 9));  // without Contact: nothing changes
  EXPECT_EQ(to_string(dialog.remote_target()), "sip:alice@[2001:db8::1]:5070");
}

}  // namespace
}  // namespace godwit::sip
