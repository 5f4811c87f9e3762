// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = Subscription::State;
using Send = Subscription::Send;
using Changed = Subscription::Changed;

class SubscriptionTest : public ::testing::Test {
 protected:
  explicit SubscriptionTest(std::chrono::seconds expires = 3600s)
      : subscription_(package(), expires) {}
  static EventPackage package() {
    EventPackage event;
    event.package = "message-summary";
    return event;
  }
  void SetUp() override {
    EXPECT_THAT(subscription_.start(now_), ElementsAre(Changed{State::subscribing, 0, {}, {}}, Send{}));
    send();
  }
  /// The SUBSCRIBE that is due leaves.
  Message send() {
    Message message;
    if (subscription_.in_dialog()) {
      message = subscription_.make_request();
    } else {
      message = Message::request("SUBSCRIBE", "sip:alice@example.org");
      message.add(Field::from, "<sip:alice@example.org>;tag=us" + std::to_string(++dialogs_));
      message.add(Field::to, "<sip:alice@example.org>");
      message.add(Field::call_id, "call-" + std::to_string(dialogs_));
      message.add(Field::cseq, "1 SUBSCRIBE");
    }
    subscription_.on_sent(message, now_);
    sent_ = message;
    return message;
  }
  Subscription::Actions answer(int status, std::initializer_list<std::pair<Field, const char*>> fields = {}) {
    auto response = make_response(sent_, status, "them");
    if (status < 300) response.add(Field::contact, "<sip:notifier@192.0.2.9>");
    for (const auto& [field, value] : fields) response.add(field, value);
    return subscription_.on_answer(response, now_);
  }
  Message notify(std::string_view state) {
    auto message = Message::request("NOTIFY", "sip:alice@192.0.2.1");
    message.add(Field::from, "<sip:alice@example.org>;tag=them");
    message.add(Field::to, "<sip:alice@example.org>;tag=us" + std::to_string(dialogs_));
    message.add(Field::call_id, "call-" + std::to_string(dialogs_));
    message.add(Field::cseq, std::to_string(++notifies_) + " NOTIFY");
    message.add(Field::contact, "<sip:notifier@192.0.2.9>");
    message.add(Field::event, "message-summary");
    message.add(Field::subscription_state, state);
    return message;
  }
  Subscription::Heard hear(std::string_view state) {
    const auto message = notify(state);
    EXPECT_TRUE(subscription_.owns(message));
    return subscription_.on_notify(message, now_);
  }
  Subscription::Actions wait(Duration span) {
    now_ += span;
    return subscription_.on_timeout(now_);
  }
  void activate() {
    EXPECT_THAT(answer(200, {{Field::expires, "600"}}), IsEmpty());
    EXPECT_EQ(hear("active;expires=600").status, 200);
    ASSERT_EQ(subscription_.state(), State::active);
  }

  TimePoint now_{1000s};
  Subscription subscription_;
  Message sent_ = Message::request("SUBSCRIBE", "sip:x");
  int dialogs_ = 0;
  int notifies_ = 0;
};

TEST_F(SubscriptionTest, IsActiveWithTheFirstNotify) {
  EXPECT_THAT(answer(200, {{Field::expires, "600"}}), IsEmpty());
  EXPECT_EQ(subscription_.state(), State::subscribing);
  const auto heard = hear("active;expires=500");
  EXPECT_EQ(heard.status, 200);
  EXPECT_THAT(heard.actions, ElementsAre(Changed{State::active, 0, {}, 500s}));
}

TEST_F(SubscriptionTest, TheNotifyMayComeBeforeTheAnswer) {
  EXPECT_THAT(hear("pending;expires=600").actions, ElementsAre(Changed{State::pending, 0, {}, 600s}));
  EXPECT_TRUE(subscription_.in_dialog());
  EXPECT_THAT(answer(200, {{Field::expires, "600"}}), IsEmpty());
  EXPECT_EQ(send().cseq().number, 2U) << "the SUBSCRIBE was the first of the dialog";
  EXPECT_THAT(hear("active").actions, ElementsAre(Changed{State::active, 0, {}, 600s}));
}

TEST_F(SubscriptionTest, IsRefreshedBeforeItEnds) {
  activate();
  EXPECT_THAT(wait(479s), IsEmpty());
  EXPECT_THAT(wait(1s), ElementsAre(Send{}));
  EXPECT_EQ(send().to_tag(), "them") << "inside the dialog";
  EXPECT_THAT(answer(200, {{Field::expires, "600"}}), IsEmpty());
  EXPECT_EQ(hear("active;expires=600").status, 200);
  EXPECT_THAT(wait(480s), ElementsAre(Send{}));
}

TEST_F(SubscriptionTest, WithoutANotifyItIsTriedAgainLater) {
  EXPECT_THAT(answer(202), IsEmpty());
  EXPECT_EQ(subscription_.next_deadline(), now_ + 32s) << "RFC 6665 §4.1.2.4: timer N";
  EXPECT_THAT(wait(32s), ElementsAre(Changed{State::waiting, 0, "no notification came", {}}));
  EXPECT_THAT(wait(5s), ElementsAre(Send{}));
  EXPECT_FALSE(subscription_.in_dialog());
}

TEST_F(SubscriptionTest, WhatTheNotifierDoesNotKnowIsSubscribedToAnew) {
  activate();
  ASSERT_THAT(wait(480s), ElementsAre(Send{}));
  send();
  EXPECT_THAT(answer(481), ElementsAre(Send{}));
  EXPECT_FALSE(subscription_.in_dialog());
  send();
  EXPECT_EQ(dialogs_, 2);
}

TEST_F(SubscriptionTest, ABadEventIsTheEnd) {
  EXPECT_THAT(answer(489), ElementsAre(Changed{State::over, 489, "Bad Event", {}}));
  EXPECT_FALSE(subscription_.next_deadline());
}

TEST_F(SubscriptionTest, ATooShortLifetimeIsAskedForAsLongAsTheNotifierWants) {
  EXPECT_THAT(answer(423, {{Field::min_expires, "7200"}}), ElementsAre(Send{}));
  EXPECT_EQ(subscription_.wanted(), 7200s);
  send();
  EXPECT_THAT(answer(423, {{Field::min_expires, "7200"}}),
              ElementsAre(Changed{State::over, 423, "Interval Too Brief", {}}));
}

TEST_F(SubscriptionTest, WhatMayPassIsTriedAgainLessAndLessOften) {
  EXPECT_THAT(answer(503, {{Field::retry_after, "40"}}),
              ElementsAre(Changed{State::waiting, 503, "Service Unavailable", {}}));
  EXPECT_THAT(wait(39s), IsEmpty());
  EXPECT_THAT(wait(1s), ElementsAre(Send{}));
  send();
  EXPECT_FALSE(answer(480).empty());
  EXPECT_EQ(subscription_.next_deadline(), now_ + 10s);
  EXPECT_THAT(wait(10s), ElementsAre(Send{}));
  send();
  EXPECT_FALSE(subscription_.on_no_answer("no answer", now_).empty());
  EXPECT_EQ(subscription_.next_deadline(), now_ + 20s);
}

TEST_F(SubscriptionTest, WhatTheNotifierEndsIsJudgedByItsReason) {
  const struct {
    const char* state;
    State after;
    Duration wait;
  } kRows[] = {
      {"terminated;reason=noresource", State::over, {}},
      {"terminated;reason=rejected", State::over, {}},
      {"terminated;reason=invariant", State::over, {}},
      {"terminated;reason=deactivated", State::subscribing, {}},
      {"terminated;reason=timeout", State::subscribing, {}},
      {"terminated;reason=probation;retry-after=60", State::waiting, 60s},
      {"terminated;reason=giveup", State::waiting, 5s},
      {"terminated", State::waiting, 5s},
      {"terminated;reason=giveup;retry-after=999999", State::waiting, 1h},
  };
  for (const auto& row : kRows) {
    Subscription fresh(package(), 600s);
    std::swap(subscription_, fresh);
    SetUp();
    activate();
    EXPECT_EQ(hear(row.state).status, 200);
    EXPECT_EQ(subscription_.state(), row.after) << row.state;
    if (row.after == State::waiting) {
      EXPECT_EQ(subscription_.next_deadline(), now_ + row.wait) << row.state;
    }
  }
}

TEST_F(SubscriptionTest, ANotifierThatEndsEachNewOneIsAskedLessOften) {
  activate();
  EXPECT_THAT(hear("terminated;reason=timeout").actions, ElementsAre(Send{}));
  send();
  EXPECT_EQ(hear("terminated;reason=timeout").status, 200);
  EXPECT_EQ(subscription_.state(), State::waiting);
}

TEST_F(SubscriptionTest, UnsubscribesWithAZeroAndTheLastNotify) {
  activate();
  EXPECT_THAT(subscription_.stop(now_), ElementsAre(Send{}));
  EXPECT_EQ(subscription_.wanted(), 0s);
  send();
  EXPECT_THAT(answer(200, {{Field::expires, "0"}}), IsEmpty());
  EXPECT_THAT(hear("terminated;reason=timeout").actions,
              ElementsAre(Changed{State::over, 0, "timeout", {}}));
}

TEST_F(SubscriptionTest, UnsubscribesWithoutTheLastNotifyToo) {
  activate();
  static_cast<void>(subscription_.stop(now_));
  send();
  EXPECT_THAT(answer(200), IsEmpty());
  EXPECT_THAT(wait(32s), ElementsAre(Changed{State::over, 0, "unsubscribed", {}}));
}

TEST_F(SubscriptionTest, StrangersAreNotHeard) {
  activate();
  auto other_tag = notify("active");
  other_tag.set(Field::from, "<sip:alice@example.org>;tag=fork");
  EXPECT_FALSE(subscription_.owns(other_tag)) << "one notifier: RFC 3842 §3.9 has no forks";
  auto other_event = notify("active");
  other_event.set(Field::event, "dialog");
  EXPECT_FALSE(subscription_.owns(other_event));
  auto other_id = notify("active");
  other_id.set(Field::event, "message-summary;id=2");
  EXPECT_FALSE(subscription_.owns(other_id));
}

TEST_F(SubscriptionTest, OldAndUnreadableNotifiesAreRefused) {
  activate();
  auto old = notify("active");
  old.set(Field::cseq, "1 NOTIFY");
  EXPECT_EQ(subscription_.on_notify(old, now_).status, 500);
  EXPECT_EQ(hear(";").status, 400);
  EXPECT_EQ(subscription_.state(), State::active);
}

TEST_F(SubscriptionTest, AMoveIsToldAtOnce) {
  activate();
  EXPECT_THAT(subscription_.refresh(now_), ElementsAre(Send{}));
  EXPECT_TRUE(subscription_.in_dialog());
}

class FetchTest : public SubscriptionTest {
 protected:
  FetchTest() : SubscriptionTest(0s) {}
};

TEST_F(FetchTest, IsOverWithItsOneNotify) {
  EXPECT_THAT(answer(200, {{Field::expires, "0"}}), IsEmpty());
  EXPECT_THAT(hear("terminated;reason=timeout").actions,
              ElementsAre(Changed{State::over, 0, "timeout", {}}));
}

TEST_F(FetchTest, IsNotTriedAgain) {
  EXPECT_THAT(answer(503), ElementsAre(Changed{State::over, 503, "Service Unavailable", {}}));
}

}  // namespace
}  // namespace godwit::sip
