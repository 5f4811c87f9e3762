// SPDX-License-Identifier: Apache-2.0
#include "ua/subscriptions.h"

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

/// Alice's engine and a notifier that the test plays.
class SubscriptionsTest : public ::testing::Test {
 protected:
  void add_account(bool watch) {
    account_ = *bench_.engine.add_account({.address_of_record = "sip:alice@core.test",
                                           .password = "secret",
                                           .watch_messages = watch},
                                          bench_.now);
  }
  void register_account() {
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
    bench_.answer(*bench_.next_request("REGISTER"), 200);
  }
  EngineBench::Sent subscribe(std::string_view package = "presence") {
    const auto id = bench_.engine.subscribe(account_, "bob", {std::string(package), 600s}, bench_.now);
    EXPECT_TRUE(id);
    subscription_ = id.value_or(SubscriptionId{});
    bench_.drain();
    return *bench_.next_request("SUBSCRIBE");
  }
  void accept(const EngineBench::Sent& subscribe) {
    bench_.answer(subscribe, 200, [](sip::Message& response) {
      response.add(sip::Field::contact, "<sip:notifier@10.9.0.1:5060>");
      response.add(sip::Field::expires, "600");
    });
  }
  sip::Message notify(const EngineBench::Sent& subscribe, std::string_view state) {
    auto message = sip::Message::request("NOTIFY", "sip:alice@10.1.0.2:5070");
    message.add(sip::Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKn" + std::to_string(++cseq_));
    message.add(sip::Field::max_forwards, "70");
    message.add(sip::Field::from, std::string(*subscribe.message.field(sip::Field::to)) + ";tag=far-tag");
    message.add(sip::Field::to, *subscribe.message.field(sip::Field::from));
    message.add(sip::Field::call_id, subscribe.message.call_id());
    message.add(sip::Field::cseq, std::to_string(cseq_) + " NOTIFY");
    message.add(sip::Field::contact, "<sip:notifier@10.9.0.1:5060>");
    message.add(sip::Field::event, subscribe.message.field(sip::Field::event).value_or("x"));
    message.add(sip::Field::subscription_state, state);
    return message;
  }
  /// What a request of the notifier is answered.
  int ask(const EngineBench::Sent& at, const sip::Message& message) {
    bench_.sent.clear();
    bench_.receive(at, message);
    for (const auto& sent : bench_.sent) {
      if (sent.message.status() != 0) return sent.message.status();
    }
    return 0;
  }

  EngineBench bench_;
  AccountId account_;
  SubscriptionId subscription_;
  int cseq_ = 0;
};

TEST_F(SubscriptionsTest, TellsEachStateAndEachNotification) {
  add_account(false);
  const auto first = subscribe();
  EXPECT_EQ(first.message.field(sip::Field::event), "presence");
  EXPECT_EQ(first.message.field(sip::Field::expires), "600");
  EXPECT_EQ(first.message.field(sip::Field::contact), "<sip:alice@10.1.0.2:5070>");
  accept(first);
  auto told = notify(first, "active;expires=600");
  told.set_body("application/pidf+xml", "<presence/>");
  EXPECT_EQ(ask(first, told), 200);
  const auto changed = bench_.events_of<SubscriptionChanged>();
  ASSERT_THAT(changed, SizeIs(2));
  EXPECT_EQ(changed[0].state, SubscriptionState::subscribing);
  EXPECT_EQ(changed[1].state, SubscriptionState::active);
  EXPECT_EQ(changed[1].expires, 600s);
  ASSERT_THAT(bench_.events_of<NotificationReceived>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<NotificationReceived>()[0].body.text, "<presence/>");

  bench_.advance(481s);
  const auto refresh = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(refresh);
  EXPECT_EQ(refresh->message.to_tag(), "far-tag");
  EXPECT_EQ(refresh->message.uri(), "sip:notifier@10.9.0.1:5060");
}

TEST_F(SubscriptionsTest, ANotifyBeforeTheAnswerIsTaken) {
  add_account(false);
  const auto first = subscribe();
  EXPECT_EQ(ask(first, notify(first, "active;expires=600")), 200);
  accept(first);
  EXPECT_EQ(bench_.events_of<SubscriptionChanged>().back().state, SubscriptionState::active);
  auto fork = notify(first, "active");
  fork.set(sip::Field::from, "<sip:bob@core.test>;tag=fork");
  EXPECT_EQ(ask(first, fork), 481);
}

TEST_F(SubscriptionsTest, ChallengesAreAnswered) {
  add_account(false);
  const auto first = subscribe();
  bench_.answer(first, 401, [](sip::Message& response) {
    response.add(sip::Field::www_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  });
  const auto second = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->message.field(sip::Field::authorization));
  EXPECT_EQ(second->message.call_id(), first.message.call_id());
  accept(*second);
  EXPECT_EQ(ask(*second, notify(*second, "active")), 200);
}

TEST_F(SubscriptionsTest, WhatWasTooBriefIsAskedForAgainInTheSameCall) {
  add_account(false);
  const auto first = subscribe();
  bench_.answer(first, 423, [](sip::Message& response) { response.add(sip::Field::min_expires, "7200"); });
  const auto second = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->message.field(sip::Field::expires), "7200");
  EXPECT_EQ(second->message.call_id(), first.message.call_id());
  EXPECT_EQ(second->message.from_tag(), first.message.from_tag());
  EXPECT_EQ(second->message.field(sip::Field::cseq), "2 SUBSCRIBE");
  accept(*second);
  EXPECT_EQ(ask(*second, notify(*second, "active;expires=7200")), 200);
  EXPECT_EQ(bench_.events_of<SubscriptionChanged>().back().state, SubscriptionState::active);
}

TEST_F(SubscriptionsTest, MovesToTheNextNetworkWithANewContact) {
  add_account(false);
  register_account();
  const auto first = subscribe();
  accept(first);
  EXPECT_EQ(ask(first, notify(first, "active;expires=600")), 200);
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  bench_.advance(1s);
  const auto moved = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(moved);
  EXPECT_EQ(net::to_string(moved->local), "10.2.0.2:5070");
  EXPECT_EQ(moved->message.field(sip::Field::contact), "<sip:alice@10.2.0.2:5070>");
  EXPECT_EQ(moved->message.to_tag(), "far-tag") << "the same dialog";
}

TEST_F(SubscriptionsTest, ARefusalIsToldAndTheEnd) {
  add_account(false);
  bench_.answer(subscribe("nonsense"), 489);
  const auto last = bench_.events_of<SubscriptionChanged>().back();
  EXPECT_EQ(last.state, SubscriptionState::terminated);
  EXPECT_EQ(last.status, 489);
  bench_.advance(10min);
  EXPECT_FALSE(bench_.next_request("SUBSCRIBE"));
  EXPECT_TRUE(bench_.engine.idle());
}

TEST_F(SubscriptionsTest, UnsubscribesPolitely) {
  add_account(false);
  const auto first = subscribe();
  accept(first);
  EXPECT_EQ(ask(first, notify(first, "active;expires=600")), 200);
  EXPECT_FALSE(bench_.engine.unsubscribe(account_, SubscriptionId{99}, bench_.now));
  ASSERT_TRUE(bench_.engine.unsubscribe(account_, subscription_, bench_.now));
  bench_.drain();
  const auto last = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->message.field(sip::Field::expires), "0");
  accept(*last);
  EXPECT_EQ(ask(first, notify(first, "terminated;reason=timeout")), 200);
  EXPECT_EQ(bench_.events_of<SubscriptionChanged>().back().state, SubscriptionState::terminated);
  bench_.advance(60s);
  EXPECT_TRUE(bench_.engine.idle());
}

TEST_F(SubscriptionsTest, WaitingMessagesAreWatchedWhereTheAccountWantsIt) {
  add_account(true);
  register_account();
  const auto first = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->message.uri(), "sip:alice@core.test");
  EXPECT_EQ(first->message.field(sip::Field::event), "message-summary");
  accept(*first);
  auto told = notify(*first, "active;expires=600");
  told.set_body("application/simple-message-summary",
                "Messages-Waiting: yes\r\nVoice-Message: 2/8\r\n");
  EXPECT_EQ(ask(*first, told), 200);
  ASSERT_THAT(bench_.events_of<MessagesWaiting>(), SizeIs(1));
  EXPECT_EQ(bench_.events_of<MessagesWaiting>()[0].account, account_);
  EXPECT_EQ(bench_.events_of<MessagesWaiting>()[0].new_voice, 2);
  EXPECT_THAT(bench_.events_of<SubscriptionChanged>(), IsEmpty());
  bench_.engine.shut_down(bench_.now);
  bench_.drain();
  const auto last = bench_.next_request("SUBSCRIBE");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->message.field(sip::Field::expires), "0");
}

TEST_F(SubscriptionsTest, AnUnaskedSummaryIsTakenFromTheOwnServerAlone) {
  add_account(false);
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  const auto registering = *bench_.next_request("REGISTER");
  bench_.answer(registering, 200);
  auto told = notify(registering, "active");
  told.set(sip::Field::from, "<sip:pbx@core.test>;tag=x");
  told.set(sip::Field::to, "<sip:alice@core.test>");
  told.set(sip::Field::event, "message-summary");
  told.set_body("application/simple-message-summary", "Messages-Waiting: no\r\n");
  EXPECT_EQ(ask(registering, told), 200);
  EXPECT_THAT(bench_.events_of<MessagesWaiting>(), SizeIs(1));

  auto elsewhere = registering;
  elsewhere.to = *net::SocketAddress::parse("10.66.0.6:5060");
  auto forged = told;
  forged.set(sip::Field::via, "SIP/2.0/UDP 10.66.0.6:5060;branch=z9hG4bKforged");
  forged.set(sip::Field::call_id, "forged");
  EXPECT_EQ(ask(elsewhere, forged), 481);
  EXPECT_THAT(bench_.events_of<MessagesWaiting>(), SizeIs(1));
}

TEST_F(SubscriptionsTest, WhatCannotBeSubscribedToIsRefusedAtOnce) {
  add_account(false);
  EXPECT_FALSE(bench_.engine.subscribe(account_, "bob", {"no token", 600s}, bench_.now));
  EXPECT_FALSE(bench_.engine.subscribe(account_, "bob", {"presence", 30s}, bench_.now));
  EXPECT_FALSE(bench_.engine.subscribe(account_, "", {"presence", 600s}, bench_.now));
  EXPECT_FALSE(bench_.engine.subscribe(AccountId{99}, "bob", {"presence", 600s}, bench_.now));
}

}  // namespace
}  // namespace godwit::ua
