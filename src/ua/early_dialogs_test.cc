// SPDX-License-Identifier: Apache-2.0
#include "ua/early_dialogs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/engine_bench.h"
#include "ua/own_fields.h"

namespace godwit::ua {
namespace {

using sip::Field;
using test::EngineBench;
using test::far_sdp;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// An engine that calls bob, whose legs answer by hand. Each leg is named by its tag.
class EarlyDialogsTest : public ::testing::Test {
 protected:
  EarlyDialogsTest() {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench_.now);
    bench_.route("10.8.0.1", "10.1.0.2");
  }
  void dial(const CallOptions& options = {}) {
    call_ = *bench_.engine.dial(account_, "bob", options, bench_.now);
    bench_.drain();
    invite_ = bench_.next_request("INVITE");
    ASSERT_TRUE(invite_);
  }
  struct Said {
    int status = 180;
    std::string tag = "a";
    std::optional<int> rseq;
    bool described = false;
  };
  void say(const Said& said) {
    auto response = sip::make_response(invite_->message, said.status, said.tag);
    response.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
    response.add(Field::allow, "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK");
    if (said.rseq) {
      response.add(Field::require, "100rel");
      response.add(Field::rseq, std::to_string(*said.rseq));
    }
    if (said.described) response.set_body("application/sdp", far_sdp("10.8.0.1"));
    bench_.receive(*invite_, response);
  }
  std::vector<EngineBench::Sent> sent(std::string_view method) {
    std::vector<EngineBench::Sent> found;
    while (auto one = bench_.next_request(method)) found.push_back(*one);
    return found;
  }
  /// What a request of the leg is answered.
  sip::Message ask(std::string_view method, const std::string& tag, const std::string& body = {}) {
    auto request = sip::Message::request(method, "sip:alice@10.1.0.2:5070");
    request.add(Field::via, "SIP/2.0/UDP 10.8.0.1;rport;branch=z9hG4bK" + std::to_string(++number_));
    request.add(Field::max_forwards, "70");
    request.add(Field::from, "<sip:bob@core.test>;tag=" + tag);
    request.add(Field::to, *invite_->message.field(Field::from));
    request.add(Field::call_id, invite_->message.call_id());
    request.add(Field::cseq, std::to_string(number_) + " " + std::string(method));
    request.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
    if (method == "OPTIONS") request.add(Field::accept, "application/sdp");
    if (!body.empty()) request.set_body("application/sdp", body);
    bench_.sent.clear();
    bench_.receive(*invite_, request);
    return bench_.sent.empty() ? sip::Message{} : bench_.sent.back().message;
  }

  /// Nothing is said to it yet. @return whether there was an answer all the same.
  bool ask_in_vain(std::string_view method, const std::string& body) {
    static_cast<void>(ask(method, "a", body));
    return !bench_.sent.empty();
  }
  /// The leg a, which has described its sound; there are ways to both families.
  void talk_to_both_families() {
    bench_.snapshot.interfaces.back().addresses.push_back(
        {*net::IpAddress::parse("2001:db8:1::2"), 64, false, false, false});
    bench_.route("2001:db8:8::1", "2001:db8:1::2");
    bench_.observe();
    dial({.late_offer = true});
    say({.status = 183, .tag = "a", .rseq = 3, .described = true});
  }

  EngineBench bench_;
  AccountId account_;
  CallId call_;
  std::optional<EngineBench::Sent> invite_;
  int number_ = 0;
};

TEST_F(EarlyDialogsTest, AReliableResponseIsAcknowledgedInItsDialog) {
  dial();
  EXPECT_TRUE(lists_option(invite_->message, Field::supported, "100rel"));
  say({.status = 183, .tag = "a", .rseq = 7, .described = true});
  const auto pracks = sent("PRACK");
  ASSERT_THAT(pracks, SizeIs(1));
  const auto& prack = pracks[0].message;
  EXPECT_EQ(prack.field(Field::rack), "7 " + std::to_string(invite_->message.cseq().number) + " INVITE");
  EXPECT_EQ(prack.to_tag(), "a");
  EXPECT_EQ(prack.uri(), "sip:bob@10.8.0.1:5060");
  EXPECT_EQ(prack.cseq().number, invite_->message.cseq().number + 1);
  EXPECT_TRUE(bench_.events_of<CallRinging>().back().early_media);
}

TEST_F(EarlyDialogsTest, CopiesAndWhatIsOutOfOrderAreNeitherToldNorAcknowledged) {
  dial();
  say({.rseq = 7});
  say({.rseq = 7});
  say({.rseq = 9});
  EXPECT_THAT(sent("PRACK"), SizeIs(1));
  EXPECT_THAT(bench_.events_of<CallRinging>(), SizeIs(1));
  say({.rseq = 8});
  say({.rseq = 9});
  EXPECT_THAT(sent("PRACK"), SizeIs(2));
}

TEST_F(EarlyDialogsTest, EachLegHasNumbersOfItsOwn) {
  dial();
  say({.tag = "a", .rseq = 7});
  say({.tag = "b", .rseq = 100});
  say({.tag = "b", .rseq = 101});
  const auto pracks = sent("PRACK");
  ASSERT_THAT(pracks, SizeIs(3));
  EXPECT_EQ(pracks[0].message.to_tag(), "a");
  EXPECT_EQ(pracks[1].message.to_tag(), "b");
  EXPECT_EQ(pracks[0].message.cseq(), pracks[1].message.cseq());
  EXPECT_GT(pracks[2].message.cseq().number, pracks[1].message.cseq().number);
}

TEST_F(EarlyDialogsTest, OfManyLegsSoManyAreKept) {
  dial();
  for (std::size_t i = 0; i < 10 * limits::kEarlyDialogs; ++i) {
    say({.tag = "leg" + std::to_string(i), .rseq = 1});
  }
  EXPECT_THAT(sent("PRACK"), SizeIs(limits::kEarlyDialogs));
}

TEST_F(EarlyDialogsTest, OfManyUnansweredPracksSoManyAreUnderWay) {
  dial();
  for (int i = 1; i <= 100; ++i) say({.rseq = i});
  EXPECT_THAT(sent("PRACK"), SizeIs(limits::kPracksAtOnce));
}

TEST_F(EarlyDialogsTest, AnUpdateIsAnsweredOnceTheOfferIs) {
  dial();
  say({.status = 183, .tag = "a", .described = true});
  EXPECT_EQ(ask("UPDATE", "a", far_sdp("10.8.0.1", 50002, 2)).status(), 491)
      << "RFC 3311 §5.2: our offer has no sure answer yet";
  say({.status = 183, .tag = "a", .rseq = 1, .described = true});
  const auto answer = ask("UPDATE", "a", far_sdp("10.8.0.1", 50002, 2));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(std::string(answer.body()), HasSubstr("m=audio"));
  EXPECT_EQ(ask("UPDATE", "a").status(), 200) << "without an offer it refreshes the target";
  EXPECT_EQ(ask("UPDATE", "a", "v=0\r\n").status(), 400);
  EXPECT_EQ(ask("PUBLISH", "a").status(), 405);
  EXPECT_EQ(ask("UPDATE", "nobody").status(), 481);
}

TEST_F(EarlyDialogsTest, ACalleeThatMovesToTheOtherFamilyIsAnsweredFromThere) {
  talk_to_both_families();
  const auto answer = ask("UPDATE", "a", far_sdp("2001:db8:8::1", 50002, 2));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(std::string(answer.body()), HasSubstr("c=IN IP6 2001:db8:1::2\r\n"));
  say({.status = 200, .tag = "a"});
  const auto answered = bench_.events_of<CallAnswered>();
  ASSERT_THAT(answered, SizeIs(1));
  EXPECT_EQ(answered[0].media_local.rfind("[2001:db8:1::2]:", 0), 0U) << answered[0].media_local;
  EXPECT_EQ(answered[0].media_remote, "[2001:db8:8::1]:50002");
}

TEST_F(EarlyDialogsTest, AnUpdateWaitsForItsPath) {
  talk_to_both_families();
  bench_.media_opens = false;
  const auto offer = far_sdp("2001:db8:8::1", 50002, 2);
  EXPECT_FALSE(ask_in_vain("UPDATE", offer));
  const auto older = ask("UPDATE", "a", offer);
  EXPECT_EQ(older.status(), 500);
  EXPECT_EQ(older.cseq().number, static_cast<std::uint32_t>(number_ - 1)) << "another one has come";
  EXPECT_TRUE(older.field(Field::retry_after));
  EXPECT_EQ(ask("UPDATE", "a").status(), 200) << "it offers nothing";
  bench_.sent.clear();
  bench_.feed(bench_.unopened.front());
  ASSERT_THAT(bench_.sent, SizeIs(1));
  EXPECT_EQ(bench_.sent[0].message.status(), 200);
  EXPECT_THAT(std::string(bench_.sent[0].message.body()),
              HasSubstr("c=IN IP6 2001:db8:1::2\r\n"));
}

TEST_F(EarlyDialogsTest, AnUpdateIsPutOffWhenItsPathTakesLong) {
  talk_to_both_families();
  bench_.media_opens = false;
  EXPECT_FALSE(ask_in_vain("UPDATE", far_sdp("2001:db8:8::1", 50002, 2)));
  const auto answered = [this] {
    std::erase_if(bench_.sent, [](const auto& one) { return one.message.is_request(); });
    return !bench_.sent.empty();
  };
  bench_.advance(std::chrono::milliseconds{1990});
  EXPECT_FALSE(answered());
  bench_.advance(std::chrono::milliseconds{20});
  ASSERT_TRUE(answered());
  EXPECT_EQ(bench_.sent[0].message.status(), 500);
  EXPECT_TRUE(bench_.sent[0].message.field(Field::retry_after));
}

TEST_F(EarlyDialogsTest, AnUpdateThatWaitsEndsWithItsDialog) {
  talk_to_both_families();
  bench_.media_opens = false;
  EXPECT_FALSE(ask_in_vain("UPDATE", far_sdp("2001:db8:8::1", 50002, 2)));
  static_cast<void>(ask("BYE", "a"));
  ASSERT_THAT(bench_.sent, SizeIs(2));
  EXPECT_EQ(bench_.sent[0].message.status(), 200);
  EXPECT_EQ(bench_.sent[1].message.status(), 487);
  EXPECT_EQ(bench_.sent[1].message.cseq().method, "UPDATE");
}

TEST_F(EarlyDialogsTest, AnUpdateThatWaitsIsAnsweredInTheCallThatWasAnswered) {
  talk_to_both_families();
  bench_.media_opens = false;
  EXPECT_FALSE(ask_in_vain("UPDATE", far_sdp("2001:db8:8::1", 50002, 2)));
  say({.status = 200, .tag = "a"});
  ASSERT_THAT(bench_.events_of<CallAnswered>(), SizeIs(1));
  bench_.sent.clear();
  bench_.feed(bench_.unopened.front());
  ASSERT_THAT(bench_.sent, SizeIs(1));
  EXPECT_EQ(bench_.sent[0].message.status(), 200);
  EXPECT_EQ(bench_.sent[0].message.cseq().method, "UPDATE");
}

TEST_F(EarlyDialogsTest, NothingIsSaidToALegThatHasLeft) {
  dial();
  say({.status = 183, .tag = "a", .described = true});
  EXPECT_EQ(ask("BYE", "a").status(), 200);
  EXPECT_TRUE(std::holds_alternative<StopSendingMedia>(bench_.media.back()));
  say({.status = 183, .tag = "b", .described = true});
  const auto spoken_to = bench_.media.size();
  EXPECT_EQ(ask("BYE", "a").status(), 481);
  EXPECT_EQ(bench_.media.size(), spoken_to) << "the other leg is spoken to as before";
}

TEST_F(EarlyDialogsTest, TheLosersEndWithTheAnswerAndAreHungUpOnWithAHigherNumber) {
  dial();
  say({.status = 183, .tag = "a", .rseq = 7, .described = true});
  say({.status = 183, .tag = "b", .rseq = 9, .described = true});
  bench_.sent.clear();
  say({.status = 200, .tag = "b"});
  ASSERT_THAT(bench_.events_of<CallAnswered>(), SizeIs(1)) << "its session came early and reliably";
  EXPECT_THAT(sent("ACK"), SizeIs(1));
  EXPECT_EQ(ask("UPDATE", "a").status(), 481);
  bench_.sent.clear();
  say({.status = 200, .tag = "a", .described = true});
  const auto byes = sent("BYE");
  ASSERT_THAT(byes, SizeIs(1));
  EXPECT_EQ(byes[0].message.to_tag(), "a");
  EXPECT_GT(byes[0].message.cseq().number, invite_->message.cseq().number + 1)
      << "the PRACK had the next one";
}

TEST_F(EarlyDialogsTest, ALateAnswerAfterHangingUpIsEndedWithAHigherNumber) {
  dial();
  say({.status = 183, .tag = "a", .rseq = 7, .described = true});
  static_cast<void>(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  bench_.sent.clear();
  say({.status = 200, .tag = "a", .described = true});
  const auto byes = sent("BYE");
  ASSERT_THAT(byes, SizeIs(1));
  EXPECT_GT(byes[0].message.cseq().number, invite_->message.cseq().number + 1);
}

TEST_F(EarlyDialogsTest, OptionsAreToldTheFormatsAndLeaveTheOfferAsItWas) {
  dial();
  say({.status = 180, .tag = "a"});
  const auto told = ask("OPTIONS", "a");
  EXPECT_EQ(told.status(), 200);
  EXPECT_THAT(std::string(told.body()), HasSubstr("m=audio 0 RTP/AVP 96 9 0 8 101 97\r\n"));
  say({.status = 200, .tag = "a", .described = true});
  EXPECT_EQ(bench_.events_of<CallAnswered>().back().media_remote, "10.8.0.1:50000");
}

TEST_F(EarlyDialogsTest, TheAnswerPutsRightWhatCameUnreliably) {
  dial();
  say({.status = 183, .tag = "a", .described = true});
  auto response = sip::make_response(invite_->message, 200, "a");
  response.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
  response.set_body("application/sdp", far_sdp("10.8.0.1", 50044));
  bench_.receive(*invite_, response);
  EXPECT_EQ(bench_.events_of<CallAnswered>().back().media_remote, "10.8.0.1:50044");
}

TEST_F(EarlyDialogsTest, AnAnswerWithoutADescriptionTakesTheEarlyOne) {
  dial();
  say({.status = 183, .tag = "a", .described = true});
  say({.status = 200, .tag = "a"});
  EXPECT_EQ(bench_.events_of<CallAnswered>().back().media_remote, "10.8.0.1:50000");
}

TEST_F(EarlyDialogsTest, AnAnswerWithoutAnyDescriptionEndsTheCall) {
  dial();
  say({.status = 180, .tag = "a"});
  say({.status = 200, .tag = "a"});
  EXPECT_THAT(bench_.events_of<CallAnswered>(), IsEmpty());
  EXPECT_EQ(bench_.events_of<CallEnded>().back().status, 488);
}

TEST_F(EarlyDialogsTest, TheOfferInAReliableResponseIsAnsweredInThePrack) {
  dial({.late_offer = true});
  EXPECT_EQ(invite_->message.body(), "");
  say({.status = 183, .tag = "a", .described = true});
  EXPECT_FALSE(bench_.events_of<CallRinging>().back().early_media) << "no offer comes unreliably";
  say({.status = 183, .tag = "a", .rseq = 3, .described = true});
  const auto pracks = sent("PRACK");
  ASSERT_THAT(pracks, SizeIs(1));
  EXPECT_THAT(std::string(pracks[0].message.body()), HasSubstr("m=audio"));
  say({.status = 200, .tag = "a"});
  EXPECT_THAT(bench_.events_of<CallAnswered>(), SizeIs(1));
  EXPECT_EQ(sent("ACK").at(0).message.body(), "");
}

TEST_F(EarlyDialogsTest, TheOfferInThe2xxIsAnsweredInEveryAck) {
  dial({.late_offer = true});
  say({.status = 200, .tag = "a", .described = true});
  say({.status = 200, .tag = "a", .described = true});
  const auto acks = sent("ACK");
  ASSERT_THAT(acks, SizeIs(2));
  EXPECT_THAT(std::string(acks[0].message.body()), HasSubstr("m=audio"));
  EXPECT_EQ(acks[0].message.body(), acks[1].message.body());
}

TEST_F(EarlyDialogsTest, WhatIsRequiredIsSaid) {
  dial({.reliable_responses = ReliableResponses::required});
  EXPECT_EQ(invite_->message.field(Field::require), "100rel");
  bench_.answer(*invite_, 420, [](sip::Message& m) { m.add(Field::unsupported, "100rel"); });
  EXPECT_EQ(bench_.events_of<CallEnded>().back().status, 420);
}

TEST_F(EarlyDialogsTest, AChallengedPrackIsSentAgainWithCredentials) {
  dial();
  say({.rseq = 7});
  auto first = sent("PRACK").at(0);
  bench_.answer(first, 407, [](sip::Message& response) {
    response.add(Field::proxy_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  });
  const auto again = sent("PRACK");
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_TRUE(again[0].message.field(Field::proxy_authorization));
  EXPECT_EQ(again[0].message.field(Field::rack), first.message.field(Field::rack));
  EXPECT_GT(again[0].message.cseq().number, first.message.cseq().number);
}

}  // namespace
}  // namespace godwit::ua
