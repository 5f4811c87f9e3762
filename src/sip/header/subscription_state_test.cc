// SPDX-License-Identifier: Apache-2.0
#include "sip/header/subscription_state.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

TEST(SubscriptionStateTest, ReadsStateReasonAndTimes) {
  EXPECT_EQ(parse_subscription_state("active;expires=3600").value(),
            (SubscriptionState{"active", "", 3600s, std::nullopt, {}}));
  EXPECT_EQ(parse_subscription_state("Terminated ; Reason=GiveUp;retry-after=60;x").value(),
            (SubscriptionState{"terminated", "giveup", std::nullopt, 60s, {{"x", std::nullopt}}}));
}

TEST(SubscriptionStateTest, SaysWhetherToSubscribeAgain) {
  const auto after = [](std::string_view text) {
    return resubscription(parse_subscription_state(text).value());
  };
  EXPECT_EQ(after("terminated;reason=deactivated"), Resubscribe::at_once);
  EXPECT_EQ(after("terminated;reason=timeout"), Resubscribe::at_once);
  EXPECT_EQ(after("terminated;reason=probation"), Resubscribe::later);
  EXPECT_EQ(after("terminated;reason=giveup"), Resubscribe::later);
  EXPECT_EQ(after("terminated;reason=rejected"), Resubscribe::never);
  EXPECT_EQ(after("terminated;reason=NoResource"), Resubscribe::never);
  EXPECT_EQ(after("terminated;reason=invariant"), Resubscribe::never);
  EXPECT_EQ(after("terminated;reason=whatever"), Resubscribe::later);
  EXPECT_EQ(after("terminated"), Resubscribe::later);
}

TEST(SubscriptionStateTest, WritesWhatItReads) {
  test::expect_good(parse_subscription_state,
                    {"active", "pending;expires=600", "terminated;reason=noresource",
                     "init ; expires = \"5\" ; retry-after=1 ; reason=a ; reason=b ; expires=6"});
}

TEST(SubscriptionStateTest, SaysWhereItBreaks) {
  constexpr auto kStateMissing = "expected \"active\", \"pending\" or \"terminated\"";
  test::expect_bad(parse_subscription_state,
                   {{"", 0, kStateMissing},
                    {";expires=1", 0, kStateMissing},
                    {"active expires=1", 7, "expected \";\""},
                    {"active;expires=-1", 15, "expected a number"},
                    {"active;expires=1s", 16, "expected nothing after the number"},
                    {"active;retry-after=4294967296", 19, "number too large"},
                    {"terminated;reason", 11, "expected a reason after \"reason=\""},
                    {"terminated;reason=\"\"", 19, "expected a reason after \"reason=\""}});
}

TEST(SubscriptionStateTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(15);
  for (int round = 0; round < 500; ++round) {
    SubscriptionState value{make.word(), "", std::nullopt, std::nullopt, make.parameters()};
    if (make.coin()) value.reason = make.word();
    if (make.coin()) value.expires = std::chrono::seconds{make.number()};
    if (make.coin()) value.retry_after = std::chrono::seconds{make.number()};
    test::expect_reads_back(parse_subscription_state, value);
  }
}

}  // namespace
}  // namespace godwit::sip
