// SPDX-License-Identifier: Apache-2.0
#include "ua/registrar_choice.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;

const TimePoint kFirstAsked{1h};

TEST(RegistrarChoice, TheFirstIsAskedFirst) {
  RegistrarChoice choice(3);
  EXPECT_EQ(choice.present(), 0U);
  choice.on_registered(kFirstAsked);
  EXPECT_TRUE(choice.works(0));
  EXPECT_FALSE(choice.next_deadline()) << "nobody is better";
}

TEST(RegistrarChoice, EachIsAskedOnceThenItRestsBeforeTheFirst) {
  RegistrarChoice choice(3);
  EXPECT_TRUE(choice.on_failed(kFirstAsked));
  EXPECT_EQ(choice.present(), 1U);
  EXPECT_TRUE(choice.on_failed(kFirstAsked));
  EXPECT_EQ(choice.present(), 2U);
  EXPECT_FALSE(choice.on_failed(kFirstAsked));
  EXPECT_EQ(choice.present(), 0U);
  EXPECT_TRUE(choice.on_failed(kFirstAsked + 1s)) << "a new round";
  EXPECT_EQ(choice.present(), 1U);
}

TEST(RegistrarChoice, ABetterOneIsLookedAtLessAndLessOften) {
  RegistrarChoice choice(2);
  auto now = kFirstAsked;
  ASSERT_TRUE(choice.on_failed(now));
  choice.on_registered(now);
  for (const Duration wait : {30s, 60s, 120s, 240s, 480s, 600s, 600s}) {
    EXPECT_EQ(choice.next_deadline(), now + wait);
    EXPECT_FALSE(choice.look(now + wait - 1ms));
    now += wait;
    ASSERT_EQ(choice.look(now), 0U);
    EXPECT_FALSE(choice.look(now)) << "one at a time";
    EXPECT_FALSE(choice.next_deadline());
    EXPECT_FALSE(choice.on_looked(0, false, now));
    EXPECT_EQ(choice.present(), 1U);
  }
  now += 600s;
  ASSERT_EQ(choice.look(now), 0U);
  EXPECT_TRUE(choice.on_looked(0, true, now));
  EXPECT_EQ(choice.present(), 0U);
}

TEST(RegistrarChoice, WhoOnlySeemedToWorkIsLeftForWhoHasUs) {
  RegistrarChoice choice(3);
  ASSERT_TRUE(choice.on_failed(kFirstAsked));
  ASSERT_TRUE(choice.on_failed(kFirstAsked));
  choice.on_registered(kFirstAsked);
  auto now = kFirstAsked + 30s;
  ASSERT_EQ(choice.look(now), 0U);
  EXPECT_FALSE(choice.on_looked(0, false, now));
  ASSERT_EQ(choice.look(now), 1U);
  ASSERT_TRUE(choice.on_looked(1, true, now));
  EXPECT_TRUE(choice.on_failed(now));
  EXPECT_EQ(choice.present(), 2U) << "not the first, which is down";
  EXPECT_TRUE(choice.works(2));
  EXPECT_EQ(choice.next_deadline(), now + 60s);
}

TEST(RegistrarChoice, WhoAsksToBeLeftAloneIs) {
  RegistrarChoice choice(2);
  ASSERT_TRUE(choice.on_failed(kFirstAsked, kFirstAsked + 300s));
  EXPECT_EQ(choice.next_deadline(), kFirstAsked + 300s);
}

TEST(RegistrarChoice, AnotherNetworkIsAnotherChance) {
  RegistrarChoice choice(2);
  ASSERT_TRUE(choice.on_failed(kFirstAsked));
  choice.on_registered(kFirstAsked);
  choice.on_network(kFirstAsked + 5s);
  EXPECT_EQ(choice.present(), 1U) << "who has us is asked first";
  EXPECT_EQ(choice.next_deadline(), kFirstAsked + 7s);
  EXPECT_TRUE(choice.on_failed(kFirstAsked + 6s));
  EXPECT_EQ(choice.present(), 0U);
}

/// Gone back to after 30 s, the better one fails again when it has held for so long. @return when it is looked at next
Duration next_look_after(Duration held) {
  RegistrarChoice choice(2);
  EXPECT_TRUE(choice.on_failed(kFirstAsked));
  choice.on_registered(kFirstAsked);
  const auto back = kFirstAsked + 30s;
  EXPECT_EQ(choice.look(back), 0U);
  EXPECT_TRUE(choice.on_looked(0, true, back));
  choice.on_registered(back);
  EXPECT_TRUE(choice.on_failed(back + held));
  return choice.next_deadline().value_or(TimePoint{}) - (back + held);
}

TEST(RegistrarChoice, WhoFailsSoonAfterItWasGoneBackToIsLookedAtLater) {
  EXPECT_EQ(next_look_after(119s), 60s);
}

TEST(RegistrarChoice, WhoHeldForAWhileCountsAnew) { EXPECT_EQ(next_look_after(120s), 30s); }

TEST(RegistrarChoice, WhatIsPutOffIsDueLater) {
  RegistrarChoice choice(2);
  ASSERT_TRUE(choice.on_failed(kFirstAsked));
  choice.put_off(kFirstAsked + 31s);
  EXPECT_EQ(choice.next_deadline(), kFirstAsked + 61s);
}

}  // namespace
}  // namespace godwit::ua
