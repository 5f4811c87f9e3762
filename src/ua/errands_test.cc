// SPDX-License-Identifier: Apache-2.0
#include "ua/errands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ErrandsTest : public ::testing::Test {
 protected:
  ErrandsTest() {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench_.now);
  }
  Result<MessageId> send(std::string_view target = "bob", const MessageBody& body = {"text/plain", "hello"}) {
    auto sent = bench_.engine.send_message(account_, target, body, bench_.now);
    bench_.drain();
    return sent;
  }

  static constexpr auto kChallenge = [](sip::Message& response) {
    response.add(sip::Field::www_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  };
  EngineBench bench_;
  AccountId account_;
};

TEST_F(ErrandsTest, AMessageSaysWhoItIsFromAndNamesNoContact) {
  const auto id = send("bob", {"text/plain;charset=utf-8", "Grüße"});
  ASSERT_TRUE(id);
  const auto message = bench_.next_request("MESSAGE");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message.uri(), "sip:bob@core.test");
  EXPECT_THAT(std::string(*message->message.field(sip::Field::from)), HasSubstr("sip:alice@core.test"));
  EXPECT_FALSE(message->message.field(sip::Field::contact)) << "RFC 3428 §4";
  EXPECT_EQ(message->message.body(), "Grüße");
  EXPECT_EQ(message->message.content_type(), "text/plain;charset=utf-8");
  bench_.answer(*message, 200);
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].message, *id);
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].status, 200);
  bench_.advance(60s);
  EXPECT_TRUE(bench_.engine.idle());
}

TEST_F(ErrandsTest, AChallengeIsAnsweredOnce) {
  ASSERT_TRUE(send());
  const auto first = bench_.next_request("MESSAGE");
  bench_.answer(*first, 401, kChallenge);
  const auto second = bench_.next_request("MESSAGE");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->message.field(sip::Field::authorization));
  EXPECT_EQ(second->message.call_id(), first->message.call_id());
  EXPECT_EQ(second->message.cseq().number, first->message.cseq().number + 1);
  bench_.answer(*second, 401, kChallenge);
  EXPECT_FALSE(bench_.next_request("MESSAGE"));
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].status, 401);
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].who, Who::server);
}

TEST_F(ErrandsTest, SilenceIsToldAfterTimerF) {
  ASSERT_TRUE(send());
  bench_.advance(31s);
  EXPECT_THAT(bench_.events_of<MessageAnswered>(), IsEmpty());
  bench_.advance(2s);
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].status, 0);
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].who, Who::timeout);
}

TEST_F(ErrandsTest, LeavesAgainByTheNextNetworkAsTheSameRequest) {
  ASSERT_TRUE(send());
  const auto first = bench_.next_request("MESSAGE");
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.advance(3s);
  EXPECT_FALSE(bench_.next_request("MESSAGE"));
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  bench_.advance(1s);
  const auto second = bench_.next_request("MESSAGE");
  ASSERT_TRUE(second);
  EXPECT_EQ(net::to_string(second->local), "10.2.0.2:5070");
  EXPECT_EQ(second->message.call_id(), first->message.call_id());
  EXPECT_EQ(second->message.cseq(), first->message.cseq());
  bench_.answer(*second, 202);
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].status, 202);
}

TEST_F(ErrandsTest, WithoutANetworkItIsGivenUpInTheEnd) {
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  ASSERT_TRUE(send());
  bench_.advance(30s);
  EXPECT_THAT(bench_.events_of<MessageAnswered>(), IsEmpty());
  bench_.advance(5s);
  ASSERT_THAT(bench_.events_of<MessageAnswered>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessageAnswered>()[0].who, Who::network);
}

TEST_F(ErrandsTest, WhatCannotBeSentIsRefusedAtOnce) {
  EXPECT_FALSE(send("bob smith"));
  EXPECT_FALSE(send("bob", {"text/plain", std::string(1301, 'x')}));
  EXPECT_TRUE(send("bob", {"text/plain", std::string(1300, 'x')}));
  EXPECT_FALSE(send("bob", {"no type", "x"}));
  EXPECT_FALSE(bench_.engine.send_message(AccountId{99}, "bob", {}, bench_.now));
}

TEST_F(ErrandsTest, GoesWithItsAccount) {
  ASSERT_TRUE(send());
  ASSERT_TRUE(bench_.engine.remove_account(account_, bench_.now));
  bench_.advance(60s);
  EXPECT_THAT(bench_.events_of<MessageAnswered>(), IsEmpty());
  EXPECT_TRUE(bench_.engine.idle());
}

}  // namespace
}  // namespace godwit::ua
