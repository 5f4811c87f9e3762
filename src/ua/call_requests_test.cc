// SPDX-License-Identifier: Apache-2.0
#include "ua/call_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using test::far_sdp;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A call with bob at 10.8.0.1, who is played by the test.
class CallRequestsTest : public ::testing::Test {
 protected:
  CallRequestsTest() {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench_.now);
    call_ = *bench_.engine.dial(account_, "bob", {}, bench_.now);
    bench_.drain();
    bench_.route("10.8.0.1", "10.1.0.2");
    invite_ = *bench_.next_request("INVITE");
    bench_.answer(invite_, 200, [](sip::Message& response) {
      response.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
      response.set_body("application/sdp", far_sdp("10.8.0.1"));
    });
    EXPECT_TRUE(bench_.next_request("ACK"));
  }
  /// A request of bob's in the dialog.
  sip::Message request(std::string_view method) {
    auto message = sip::Message::request(method, "sip:alice@10.1.0.2:5070");
    message.add(sip::Field::via, "SIP/2.0/UDP 10.8.0.1:5060;branch=z9hG4bK" + std::to_string(++cseq_));
    message.add(sip::Field::max_forwards, "70");
    message.add(sip::Field::from, "<sip:bob@core.test>;tag=far-tag");
    message.add(sip::Field::to, *invite_.message.field(sip::Field::from));
    message.add(sip::Field::call_id, invite_.message.call_id());
    message.add(sip::Field::cseq, std::to_string(cseq_) + ' ' + std::string(method));
    return message;
  }
  /// What it is answered.
  sip::Message ask(const sip::Message& message) {
    bench_.sent.clear();
    bench_.receive({invite_.local, *net::SocketAddress::parse("10.8.0.1:5060"), {}}, message);
    for (const auto& sent : bench_.sent) {
      if (sent.message.status() != 0) return sent.message;
    }
    return sip::Message::response(699);
  }
  void run(const std::function<void(Engine&)>& command) {
    command(bench_.engine);
    bench_.drain();
  }

  EngineBench bench_;
  AccountId account_;
  CallId call_;
  EngineBench::Sent invite_;
  int cseq_ = 100;
};

TEST_F(CallRequestsTest, OneAtATimeAndInOrder) {
  run([&](Engine& engine) {
    EXPECT_TRUE(engine.send_message(call_, {"text/plain", "one"}, bench_.now));
    EXPECT_TRUE(engine.send_info(call_, {"application/x-two", "two"}, bench_.now));
  });
  const auto first = bench_.next_request("MESSAGE");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->message.field(sip::Field::contact));
  EXPECT_FALSE(bench_.next_request("INFO"));
  bench_.answer(*first, 200);
  const auto second = bench_.next_request("INFO");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
  EXPECT_EQ(second->message.content_type(), "application/x-two");
  bench_.answer(*second, 415);
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(2));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[1].status, 415);
}

TEST_F(CallRequestsTest, AChallengeIsAnsweredInsideTheDialog) {
  run([&](Engine& engine) { EXPECT_TRUE(engine.send_message(call_, {}, bench_.now)); });
  const auto first = bench_.next_request("MESSAGE");
  bench_.answer(*first, 407, [](sip::Message& response) {
    response.add(sip::Field::proxy_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  });
  const auto second = bench_.next_request("MESSAGE");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->message.field(sip::Field::proxy_authorization));
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
}

TEST_F(CallRequestsTest, DigitsByInfoAreAsFarApartAsTheyAreLong) {
  run([&](Engine& engine) {
    EXPECT_TRUE(engine.send_dtmf(call_, {"1#", 200ms, DtmfMethod::info}, bench_.now));
    EXPECT_FALSE(engine.send_dtmf(call_, {"1x", 200ms, DtmfMethod::info}, bench_.now));
  });
  const auto first = bench_.next_request("INFO");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->message.body(), "Signal=1\r\nDuration=200\r\n");
  bench_.answer(*first, 200);
  EXPECT_FALSE(bench_.next_request("INFO"));
  bench_.advance(240ms);
  EXPECT_FALSE(bench_.next_request("INFO"));
  bench_.advance(20ms);
  const auto second = bench_.next_request("INFO");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->message.body(), "Signal=#\r\nDuration=200\r\n");
  bench_.answer(*second, 200);
  bench_.advance(10s);
  EXPECT_FALSE(bench_.next_request("INFO"));
}

TEST_F(CallRequestsTest, DigitsAndTextsOfThePeerAreTold) {
  auto digit = request("INFO");
  digit.set_body("application/dtmf-relay", "Signal=7\r\nDuration=90\r\n");
  EXPECT_EQ(ask(digit).status(), 200);
  ASSERT_THAT(bench_.events_of<DtmfReceived>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<DtmfReceived>()[0].digit, '7');
  EXPECT_EQ(bench_.events_of<DtmfReceived>()[0].duration, 90ms);
  EXPECT_THAT(bench_.events_of<InfoReceived>(), IsEmpty());

  auto info = request("INFO");
  info.set_body("application/media_control+xml", "<x/>");
  EXPECT_EQ(ask(info).status(), 200);
  ASSERT_THAT(bench_.events_of<InfoReceived>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<InfoReceived>()[0].body.text, "<x/>");

  auto text = request("MESSAGE");
  text.set_body("text/plain", "hello");
  EXPECT_EQ(ask(text).status(), 200);
  ASSERT_THAT(bench_.events_of<MessageReceived>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageReceived>()[0].call, call_);
  EXPECT_EQ(bench_.events_of<MessageReceived>()[0].body.text, "hello");

  auto package = request("INFO");
  package.add(sip::Field::info_package, "foo");
  EXPECT_EQ(ask(package).status(), 469) << "RFC 6086 §4.2.2";
}

TEST_F(CallRequestsTest, WhatWasNeverAnsweredIsToldWithTheEnd) {
  run([&](Engine& engine) { EXPECT_TRUE(engine.send_message(call_, {}, bench_.now)); });
  EXPECT_EQ(ask(request("BYE")).status(), 200);
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].status, 0);
  EXPECT_TRUE(std::holds_alternative<CallEnded>(bench_.events.back()));
}

TEST_F(CallRequestsTest, WaitsForTheNextNetwork) {
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  run([&](Engine& engine) { EXPECT_TRUE(engine.send_message(call_, {}, bench_.now)); });
  bench_.advance(5s);
  EXPECT_FALSE(bench_.next_request("MESSAGE"));
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.route("10.8.0.1", "10.2.0.2");
  bench_.observe();
  bench_.advance(1s);
  const auto message = bench_.next_request("MESSAGE");
  ASSERT_TRUE(message);
  EXPECT_EQ(net::to_string(message->local), "10.2.0.2:5070");
  bench_.answer(*message, 200);
  EXPECT_EQ(bench_.events_of<MessageAnswered>().back().status, 200);
}

TEST_F(CallRequestsTest, NoTimeIsUpForWhatRestsWhileThereIsNoNetwork) {
  run([&](Engine& engine) {
    EXPECT_TRUE(engine.send_dtmf(call_, {"12", 200ms, DtmfMethod::info}, bench_.now));
  });
  const auto first = bench_.next_request("INFO");
  ASSERT_TRUE(first);
  bench_.answer(*first, 200);
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.now += 5s;
  run([&](Engine& engine) { engine.on_timeout(bench_.now); });
  const auto next = bench_.engine.next_deadline();
  EXPECT_TRUE(!next || *next > bench_.now) << "the clock would stand still";
}

TEST_F(CallRequestsTest, AReferIsFollowedAndItsSenderIsTold) {
  auto refer = request("REFER");
  refer.add(sip::Field::refer_to, "<sip:carol@core.test?Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2>");
  refer.add(sip::Field::referred_by, "<sip:bob@core.test>");
  refer.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
  EXPECT_EQ(ask(refer).status(), 202);
  const auto requested = bench_.events_of<TransferRequested>();
  ASSERT_THAT(requested, SizeIs(1));
  EXPECT_EQ(requested[0].call, call_);
  EXPECT_EQ(requested[0].target, "sip:carol@core.test");
  EXPECT_THAT(requested[0].referred_by, HasSubstr("sip:bob@core.test"));
  EXPECT_NE(requested[0].new_call, CallId{});

  auto sent = bench_.sent;
  const auto notify = bench_.next_request("NOTIFY");
  ASSERT_TRUE(notify);
  EXPECT_EQ(notify->message.field(sip::Field::event), "refer");
  EXPECT_THAT(std::string(*notify->message.field(sip::Field::subscription_state)), HasSubstr("active"));
  EXPECT_EQ(notify->message.body(), "SIP/2.0 100 Trying\r\n");
  bench_.sent = sent;
  const auto invite = bench_.next_request("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->message.uri(), "sip:carol@core.test");
  EXPECT_EQ(invite->message.field(sip::Field::replaces), "abc;to-tag=1;from-tag=2");
  EXPECT_EQ(invite->message.field(sip::Field::referred_by), "<sip:bob@core.test>");

  bench_.answer(*notify, 200);
  bench_.answer(*invite, 486);
  const auto final_notify = bench_.next_request("NOTIFY");
  ASSERT_TRUE(final_notify);
  EXPECT_EQ(final_notify->message.body(), "SIP/2.0 486 Busy Here\r\n");
  EXPECT_EQ(final_notify->message.field(sip::Field::subscription_state), "terminated;reason=noresource");
  EXPECT_TRUE(bench_.engine.call_info(call_)) << "the old call goes on";
}

TEST_F(CallRequestsTest, AReferThatWantsNoNotificationsGetsNone) {
  auto refer = request("REFER");
  refer.add(sip::Field::refer_to, "<sip:carol@core.test>");
  refer.add(sip::Field::refer_sub, "false");
  refer.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
  const auto answer = ask(refer);
  EXPECT_EQ(answer.status(), 202);
  EXPECT_EQ(answer.field(sip::Field::refer_sub), "false");
  EXPECT_TRUE(bench_.next_request("INVITE"));
  bench_.advance(1s);
  EXPECT_FALSE(bench_.next_request("NOTIFY"));
}

TEST_F(CallRequestsTest, RefersThatCannotBeFollowedAreRefused) {
  EXPECT_EQ(ask(request("REFER")).status(), 400);
  auto message = request("REFER");
  message.add(sip::Field::refer_to, "<sip:carol@core.test;method=MESSAGE>");
  EXPECT_EQ(ask(message).status(), 403);
  auto web = request("REFER");
  web.add(sip::Field::refer_to, "<http://core.test/>");
  EXPECT_EQ(ask(web).status(), 416);
  EXPECT_THAT(bench_.events_of<TransferRequested>(), IsEmpty());
}

TEST_F(CallRequestsTest, SubscriptionsInsideACallAreForRefersOnly) {
  auto dialog = request("SUBSCRIBE");
  dialog.add(sip::Field::event, "dialog");
  EXPECT_EQ(ask(dialog).status(), 489);
  auto refer = request("SUBSCRIBE");
  refer.add(sip::Field::event, "refer");
  EXPECT_EQ(ask(refer).status(), 481);
  EXPECT_EQ(ask(request("NOTIFY")).status(), 481);
}

}  // namespace
}  // namespace godwit::ua
