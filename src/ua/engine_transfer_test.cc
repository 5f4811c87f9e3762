// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/newcomer.h"

namespace godwit::ua {
namespace {

using sip::Field;
using test::dialog_of_ours;
using test::EngineBench;
using test::far_sdp;
using test::Newcomer;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Alice, the engine, calls Bob, who rings; Carol wants to take his place (RFC 3891 §3).
class ReplacingEarlyTest : public ::testing::Test {
 protected:
  ReplacingEarlyTest() {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench_.now);
    bench_.route("10.8.0.1", "10.1.0.2");
    call_ = *bench_.engine.dial(account_, "bob", {}, bench_.now);
    bench_.drain();
    invite_ = *bench_.next_request("INVITE");
  }
  void ring(const std::string& tag, int status = 180) {
    auto ringing = sip::make_response(invite_.message, status, tag);
    ringing.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
    bench_.receive(invite_, ringing);
  }
  [[nodiscard]] std::string name(std::string_view tag) const {
    return dialog_of_ours(invite_.message, tag);
  }
  [[nodiscard]] bool cancelled() {
    bool seen = false;
    for (const auto& sent : bench_.sent) seen = seen || sent.message.method_name() == "CANCEL";
    return seen;
  }

  EngineBench bench_;
  Newcomer carol_{bench_};
  AccountId account_;
  CallId call_;
  EngineBench::Sent invite_{{}, {}, sip::Message::request("INVITE", "sip:x")};
};

TEST_F(ReplacingEarlyTest, TheNewOneIsAnsweredAndTheOneThatRingsIsCancelled) {
  ring("bobs");
  auto asked = carol_.invite(Field::replaces, name("bobs"));
  asked.add(Field::require, "replaces");
  const auto answers = carol_.say(asked);
  ASSERT_FALSE(answers.empty());
  ASSERT_EQ(answers.back().status(), 200);
  EXPECT_TRUE(cancelled());
  carol_.acknowledge(answers.back());

  const auto incoming = bench_.events_of<IncomingCall>();
  ASSERT_THAT(incoming, SizeIs(1));
  EXPECT_EQ(incoming[0].replaces, call_);
  const auto replaced = bench_.events_of<CallReplaced>();
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].call, call_);
  EXPECT_EQ(replaced[0].by, incoming[0].call);
  const auto ended = bench_.events_of<CallEnded>();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].call, call_);
  EXPECT_THAT(bench_.engine.calls(), SizeIs(1));
}

TEST_F(ReplacingEarlyTest, EachOfSeveralThatRingMayBeNamed) {
  ring("first");
  ring("second", 183);
  EXPECT_EQ(carol_.status_of(carol_.invite(Field::replaces, name("first") + ";early-only")), 200);
  EXPECT_TRUE(cancelled());
}

TEST_F(ReplacingEarlyTest, AnAnswerThatCrossesIsHungUpOn) {
  ring("bobs");
  EXPECT_EQ(carol_.status_of(carol_.invite(Field::replaces, name("bobs"))), 200);
  auto ok = sip::make_response(invite_.message, 200, "bobs");
  ok.add(Field::contact, "<sip:bob@10.8.0.1:5060>");
  ok.set_body("application/sdp", far_sdp("10.8.0.1"));
  bench_.sent.clear();
  bench_.receive(invite_, ok);
  EXPECT_TRUE(bench_.next_request("ACK"));
  EXPECT_TRUE(bench_.next_request("BYE"));
  EXPECT_THAT(bench_.engine.calls(), SizeIs(1));
}

TEST_F(ReplacingEarlyTest, WhatHasNoDialogYetIsNotThere) {
  EXPECT_EQ(carol_.status_of(carol_.invite(Field::replaces, name("bobs"))), 481);
  ring("bobs");
  EXPECT_EQ(carol_.status_of(carol_.invite(Field::replaces, name("another"))), 481);
  EXPECT_THAT(bench_.events_of<CallEnded>(), IsEmpty());
  EXPECT_FALSE(cancelled());
}

TEST_F(ReplacingEarlyTest, WhatRingsHereWasNotBegunHere) {
  ring("bobs");
  const auto incoming = carol_.request("INVITE", far_sdp("10.7.0.1"));
  const auto ringing = carol_.say(incoming);
  ASSERT_FALSE(ringing.empty());
  ASSERT_EQ(ringing.back().status(), 180);
  const auto named = std::string(incoming.call_id()) +
                     ";to-tag=" + std::string(ringing.back().to_tag()) + ";from-tag=carol";
  EXPECT_EQ(carol_.status_of(carol_.invite(Field::replaces, named)), 481);
  EXPECT_THAT(bench_.engine.calls(), SizeIs(2));
}

TEST_F(ReplacingEarlyTest, WhoHasNoSoundInCommonLeavesItRinging) {
  ring("bobs");
  auto deaf = carol_.request("INVITE", "v=0\r\no=c 1 1 IN IP4 10.7.0.1\r\ns=-\r\nc=IN IP4 10.7.0.1\r\n"
                                       "t=0 0\r\nm=audio 5000 RTP/AVP 18\r\n");
  deaf.add(Field::replaces, name("bobs"));
  EXPECT_EQ(carol_.status_of(deaf), 488);
  EXPECT_FALSE(cancelled());
  EXPECT_THAT(bench_.events_of<CallReplaced>(), IsEmpty());
  EXPECT_THAT(bench_.events_of<CallEnded>(), IsEmpty());
}

}  // namespace
}  // namespace godwit::ua
