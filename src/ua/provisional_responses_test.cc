// SPDX-License-Identifier: Apache-2.0
#include "ua/provisional_responses.h"

#include <gtest/gtest.h>

#include <string>

#include "ua/own_fields.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using sip::Field;
using Due = ProvisionalResponses::Due;

class ProvisionalResponsesTest : public ::testing::Test {
 protected:
  static sip::Message invite(Field field) {
    auto message = sip::Message::request("INVITE", "sip:bob@example.org");
    message.add(field, "timer, 100rel");
    return message;
  }
  sip::Message send(const ProvisionalResponses::Wanted& wanted) {
    EXPECT_TRUE(responses_.want(wanted));
    auto response = sip::Message::response(wanted.status);
    std::optional<sdp::SessionDescription> session;
    if (wanted.described) session.emplace();
    responses_.send(response, session, now_);
    return response;
  }
  static sip::Message prack(std::string_view rack) {
    auto message = sip::Message::request("PRACK", "sip:bob@example.org");
    message.add(Field::rack, rack);
    return message;
  }

  TimePoint now_{1000s};
  ProvisionalResponses responses_{40};
};

TEST_F(ProvisionalResponsesTest, KnowsWhatTheCallerTakes) {
  EXPECT_FALSE(responses_.supported());
  responses_.begin(invite(Field::supported));
  EXPECT_TRUE(responses_.supported());
  EXPECT_FALSE(responses_.required());
  responses_.begin(invite(Field::require));
  EXPECT_TRUE(responses_.supported());
  EXPECT_TRUE(responses_.required());
}

TEST_F(ProvisionalResponsesTest, APlainResponseHasNoNumberAndHoldsNothingUp) {
  const auto ringing = send({180, false, false});
  EXPECT_FALSE(ringing.field(Field::rseq));
  EXPECT_FALSE(ringing.field(Field::require));
  EXPECT_FALSE(responses_.holds_answer());
  EXPECT_FALSE(responses_.on_prack(prack("40 1 INVITE"), 1));
}

TEST_F(ProvisionalResponsesTest, TheNextOneWaitsForThePrack) {
  const auto first = send({183, true, true});
  EXPECT_EQ(first.field(Field::rseq), "40");
  EXPECT_TRUE(lists_option(first, Field::require, "100rel"));
  EXPECT_FALSE(first.body().empty());
  EXPECT_TRUE(responses_.holds_answer());
  EXPECT_FALSE(responses_.settled());
  ASSERT_TRUE(responses_.want({180, false, true}));
  EXPECT_EQ(responses_.next(), nullptr);
  EXPECT_FALSE(responses_.on_prack(prack("41 1 INVITE"), 1));
  EXPECT_FALSE(responses_.on_prack(prack("nonsense"), 1));
  EXPECT_TRUE(responses_.on_prack(prack("40 1 INVITE"), 1));
  EXPECT_TRUE(responses_.settled());
  EXPECT_FALSE(responses_.holds_answer());
  ASSERT_NE(responses_.next(), nullptr);
  EXPECT_EQ(responses_.next()->status, 180);
}

TEST_F(ProvisionalResponsesTest, OneWithoutADescriptionDoesNotHoldTheAnswerUp) {
  send({180, false, true});
  EXPECT_FALSE(responses_.holds_answer());
  EXPECT_TRUE(responses_.on_prack(prack("40 1 INVITE"), 1));
  EXPECT_FALSE(responses_.settled());
}

TEST_F(ProvisionalResponsesTest, RepeatsAndGivesUp) {
  send({183, true, true});
  EXPECT_EQ(responses_.on_timeout(now_ + 500ms), Due::send_again);
  EXPECT_EQ(responses_.on_timeout(now_ + 32s), Due::give_up);
}

TEST_F(ProvisionalResponsesTest, RemindsEveryMinuteUntilTheFinalResponse) {
  send({180, false, false});
  EXPECT_EQ(responses_.on_timeout(now_ + 59s), std::nullopt);
  EXPECT_EQ(responses_.on_timeout(now_ + 60s), Due::send_again);
  EXPECT_EQ(responses_.next_deadline(), now_ + 120s);
  responses_.stop();
  EXPECT_EQ(responses_.next_deadline(), std::nullopt);
}

TEST_F(ProvisionalResponsesTest, AReminderOfAReliableOneHasANumberOfItsOwn) {
  send({180, false, true});
  ASSERT_TRUE(responses_.on_prack(prack("40 1 INVITE"), 1));
  EXPECT_EQ(responses_.on_timeout(now_ + 60s), Due::send_again);
  EXPECT_EQ(responses_.latest().field(Field::rseq), "41");
  EXPECT_TRUE(responses_.on_prack(prack("41 1 INVITE"), 1));
}

TEST_F(ProvisionalResponsesTest, OnlySoManyWait) {
  send({183, true, true});
  int taken = 0;
  while (responses_.want({180, false, true}) && taken < 100) ++taken;
  EXPECT_EQ(taken, 16);
}

}  // namespace
}  // namespace godwit::ua
