// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using sip::Field;
using test::EngineBench;
using test::far_sdp;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// An engine that is called by bob, whose requests are written by hand.
class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench_.now);
    bench_.route("10.8.0.1", "10.1.0.2");
    static_cast<void>(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
    way_ = bench_.next_request("REGISTER");
    bench_.answer(*way_, 200);
  }
  sip::Message request(std::string_view method, int number) {
    auto request = sip::Message::request(method, "sip:alice@10.1.0.2:5070");
    request.add(Field::via, "SIP/2.0/UDP 10.9.0.1;rport;branch=z9hG4bK" +
                                std::string(method) + std::to_string(number));
    request.add(Field::max_forwards, "70");
    request.add(Field::from, "<sip:bob@core.test>;tag=bob");
    request.add(Field::to, "<sip:alice@core.test>" + (tag_.empty() ? "" : ";tag=" + tag_));
    request.add(Field::call_id, "one");
    request.add(Field::cseq, std::to_string(number) + " " + std::string(method));
    request.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
    request.add(Field::allow, "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK");
    return request;
  }
  void call_alice(std::string_view supported, const std::string& body) {
    auto invite = request("INVITE", 1);
    invite.add(Field::supported, supported);
    if (!body.empty()) invite.set_body("application/sdp", body);
    bench_.sent.clear();
    bench_.receive(*way_, invite);
    const auto ringing = response(180);
    ASSERT_TRUE(ringing);
    tag_ = ringing->to_tag();
    call_ = bench_.events_of<IncomingCall>().at(0).call;
  }
  /// The next response with this status that has left.
  std::optional<sip::Message> response(int status) {
    while (auto one = bench_.next_sent()) {
      if (one->message.status() == status) return one->message;
    }
    return std::nullopt;
  }
  sip::Message progress(int status) {
    bench_.sent.clear();
    EXPECT_TRUE(bench_.engine.send_progress(call_, status, {}, bench_.now));
    bench_.drain();
    return response(status).value_or(sip::Message{});
  }
  sip::Message ask(const sip::Message& request) {
    bench_.sent.clear();
    bench_.receive(*way_, request);
    return bench_.sent.empty() ? sip::Message{} : bench_.sent.front().message;
  }
  sip::Message prack(int number, std::string_view rseq, const std::string& body = {}) {
    auto message = request("PRACK", number);
    message.remove(Field::contact);
    message.add(Field::rack, std::string(rseq) + " 1 INVITE");
    if (!body.empty()) message.set_body("application/sdp", body);
    return message;
  }
  sip::Message update(int number, const std::string& body) {
    auto message = request("UPDATE", number);
    if (!body.empty()) message.set_body("application/sdp", body);
    return message;
  }
  std::optional<sip::Message> answer() {
    bench_.sent.clear();
    EXPECT_TRUE(bench_.engine.answer(call_, {}, bench_.now));
    bench_.drain();
    return response(200);
  }

  EngineBench bench_;
  AccountId account_;
  CallId call_;
  std::optional<EngineBench::Sent> way_;
  std::string tag_;
};

TEST_F(ProgressTest, APrackThatAcknowledgesNothingIsAnswered481) {
  call_alice("100rel", far_sdp("10.8.0.1"));
  EXPECT_EQ(ask(prack(2, "1")).status(), 481) << "the 180 was not reliable";
  const auto rseq = std::string(*progress(183).field(Field::rseq));
  EXPECT_EQ(ask(prack(3, std::to_string(std::stoul(rseq) + 1))).status(), 481);
  auto other = prack(4, rseq);
  other.set(Field::rack, rseq + " 9 INVITE");
  EXPECT_EQ(ask(other).status(), 481);
  EXPECT_EQ(ask(prack(5, rseq)).status(), 200);
  EXPECT_EQ(ask(prack(6, rseq)).status(), 481) << "acknowledged already";
}

TEST_F(ProgressTest, AnOfferInThePrackIsAnsweredInIts2xx) {
  call_alice("100rel", far_sdp("10.8.0.1"));
  const auto rseq = std::string(*progress(183).field(Field::rseq));
  const auto answered = ask(prack(2, rseq, far_sdp("10.8.0.1", 50010, 2)));
  EXPECT_EQ(answered.status(), 200);
  EXPECT_THAT(std::string(answered.body()), HasSubstr("m=audio"));
  const auto accepted = answer();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->body(), "");
  EXPECT_EQ(bench_.events_of<CallAnswered>().back().media_remote, "10.8.0.1:50010");
}

TEST_F(ProgressTest, AnUpdateIsRefusedUntilTheOfferIsAnswered) {
  call_alice("100rel", far_sdp("10.8.0.1"));
  const auto early = ask(update(2, far_sdp("10.8.0.1", 50010, 2)));
  EXPECT_EQ(early.status(), 500);
  EXPECT_TRUE(early.field(Field::retry_after));
  EXPECT_EQ(ask(update(3, "")).status(), 200) << "a mere refresh of the target";
  const auto rseq = std::string(*progress(183).field(Field::rseq));
  EXPECT_EQ(ask(prack(4, rseq)).status(), 200);
  const auto answered = ask(update(5, far_sdp("10.8.0.1", 50012, 3)));
  EXPECT_EQ(answered.status(), 200);
  EXPECT_THAT(std::string(answered.body()), HasSubstr("m=audio"));
  EXPECT_EQ(ask(update(5, far_sdp("10.8.0.1", 50014, 4))).status(), 200) << "a copy";
  EXPECT_EQ(ask(update(4, far_sdp("10.8.0.1", 50014, 4))).status(), 500) << "out of order";
}

TEST_F(ProgressTest, OurOfferInA183IsAnsweredByThePrack) {
  call_alice("100rel", "");
  const auto offered = progress(183);
  EXPECT_THAT(std::string(offered.body()), HasSubstr("m=audio"));
  const auto rseq = std::string(*offered.field(Field::rseq));
  EXPECT_EQ(ask(update(2, far_sdp("10.8.0.1"))).status(), 491) << "our offer stands";
  EXPECT_EQ(ask(prack(3, rseq, far_sdp("10.8.0.1", 50020))).status(), 200);
  const auto accepted = answer();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->body(), "");
  EXPECT_EQ(bench_.events_of<CallAnswered>().back().media_remote, "10.8.0.1:50020");
}

TEST_F(ProgressTest, APrackWithoutTheAnswerLeavesTheOfferToThe2xx) {
  call_alice("100rel", "");
  const auto offered = progress(183);
  EXPECT_EQ(ask(prack(2, *offered.field(Field::rseq))).status(), 200);
  const auto accepted = answer();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->body(), offered.body());
}

TEST_F(ProgressTest, The2xxWaitsForThePrackOfADescription) {
  call_alice("100rel", far_sdp("10.8.0.1"));
  const auto rseq = std::string(*progress(183).field(Field::rseq));
  EXPECT_FALSE(answer());
  bench_.receive(*way_, prack(2, rseq));
  EXPECT_TRUE(response(200));
  EXPECT_THAT(bench_.events_of<CallAnswered>(), SizeIs(1));
}

TEST_F(ProgressTest, WhatCameUnreliablyIsSaidAgainWordForWord) {
  call_alice("timer", far_sdp("10.8.0.1"));
  const auto told = progress(183);
  EXPECT_FALSE(told.field(Field::rseq));
  EXPECT_THAT(std::string(told.body()), HasSubstr("m=audio"));
  const auto accepted = answer();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->body(), told.body());
}

TEST_F(ProgressTest, ACancelSaysWhy) {
  call_alice("", far_sdp("10.8.0.1"));
  auto cancel = request("CANCEL", 1);
  cancel.set(Field::via, "SIP/2.0/UDP 10.9.0.1;rport;branch=z9hG4bKINVITE1");
  cancel.set(Field::to, "<sip:alice@core.test>");
  cancel.add(Field::reason, R"(SIP;cause=200;text="Call completed elsewhere")");
  bench_.receive(*way_, cancel);
  EXPECT_THAT(bench_.events_of<CallEnded>().back().reason, HasSubstr("Call completed elsewhere"));
  EXPECT_EQ(bench_.events_of<CallEnded>().back().status, 487);
}

TEST_F(ProgressTest, TheSameCallByAnotherWayIsALoop) {
  call_alice("", far_sdp("10.8.0.1"));
  auto merged = request("INVITE", 1);
  merged.set(Field::via, "SIP/2.0/UDP 10.9.0.1;rport;branch=z9hG4bKotherway");
  merged.set(Field::to, "<sip:alice@core.test>");
  merged.set_body("application/sdp", far_sdp("10.8.0.1"));
  EXPECT_EQ(ask(merged).status(), 482) << "RFC 3261 §8.2.2.2";
  EXPECT_THAT(bench_.events_of<IncomingCall>(), SizeIs(1));
}

TEST_F(ProgressTest, RedirectingNamesTheTargetsInTheirOrder) {
  call_alice("", far_sdp("10.8.0.1"));
  bench_.sent.clear();
  ASSERT_TRUE(bench_.engine.redirect(call_, {"carol", "sip:dave@example.org"}, bench_.now));
  bench_.drain();
  const auto moved = response(302);
  ASSERT_TRUE(moved);
  EXPECT_THAT(moved->values(Field::contact),
              ::testing::ElementsAre("<sip:carol@core.test>;q=1", "<sip:dave@example.org>;q=0.9"));
  EXPECT_EQ(bench_.events_of<CallEnded>().back().status, 302);
  EXPECT_FALSE(bench_.engine.redirect(call_, {"carol"}, bench_.now)) << "it is over";
}

TEST_F(ProgressTest, AMoveIsToldByUpdateOnceTheSessionIsKnownToHaveArrived) {
  call_alice("100rel", far_sdp("10.8.0.1"));
  const auto rseq = std::string(*progress(183).field(Field::rseq));
  EXPECT_EQ(ask(prack(2, rseq)).status(), 200);
  bench_.sent.clear();
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.route("10.8.0.1", "10.2.0.2");
  bench_.observe();
  bench_.advance(1s);
  const auto update = bench_.next_request("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_THAT(std::string(update->message.body()), HasSubstr("c=IN IP4 10.2.0.2"));
  EXPECT_THAT(std::string(*update->message.field(Field::contact)), HasSubstr("10.2.0.2"));
  bench_.answer(*update, 200, [](sip::Message& m) {
    m.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
    m.set_body("application/sdp", far_sdp("10.8.0.1", 50000, 2));
  });
  const auto accepted = answer();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->body(), "");
  EXPECT_EQ(bench_.events_of<CallAnswered>().back().media_local.find("10.2.0.2"), 0U);
}

TEST_F(ProgressTest, AByeBeforeTheAnswerEndsTheCall) {
  call_alice("100rel", far_sdp("10.8.0.1"));
  static_cast<void>(progress(183));
  EXPECT_EQ(ask(request("BYE", 2)).status(), 200);
  EXPECT_EQ(bench_.events_of<CallEnded>().back().who, Who::peer);
}

}  // namespace
}  // namespace godwit::ua
