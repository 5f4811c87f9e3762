// SPDX-License-Identifier: Apache-2.0
#include "condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Condition> condition(std::string_view text) {
  auto words = split_words(text);
  if (!words) return tl::unexpected(words.error());
  return parse_condition(*words);
}

Json ended(int status, const std::string& reason) {
  CallEnded event;
  event.call = CallId{2};
  event.status = status;
  event.reason = reason;
  return to_json(Event(event), {});
}

TEST(ConditionTest, CutsWordsAndKeepsQuotedBlanks) {
  EXPECT_THAT(split_words("  a b=\"c d\"  'e f' \"\" ").value(),
              ElementsAre("a", "b=c d", "e f", ""));
  EXPECT_THAT(split_words("").value(), ElementsAre());
  EXPECT_FALSE(split_words("a 'b").has_value());
}

TEST(ConditionTest, ReadsEveryComparison) {
  EXPECT_EQ(parse_term("status=486"), (Term{"status", Comparator::equal, "486"}));
  EXPECT_EQ(parse_term("status!=486"), (Term{"status", Comparator::unequal, "486"}));
  EXPECT_EQ(parse_term("status<=486"), (Term{"status", Comparator::at_most, "486"}));
  EXPECT_EQ(parse_term("status<486"), (Term{"status", Comparator::less, "486"}));
  EXPECT_EQ(parse_term("status>=486"), (Term{"status", Comparator::at_least, "486"}));
  EXPECT_EQ(parse_term("status>486"), (Term{"status", Comparator::greater, "486"}));
  EXPECT_EQ(parse_term("reason~a=b"), (Term{"reason", Comparator::contains, "a=b"}));
  for (const char* wrong : {"status", "=486", "", "status!486"}) {
    EXPECT_FALSE(parse_term(wrong).has_value()) << wrong;
  }
}

TEST(ConditionTest, NamesTheNearestTypeAndField) {
  EXPECT_THAT(condition("call.endet").error().detail, HasSubstr("did you mean call.ended?"));
  EXPECT_THAT(condition("call.ended state=486").error().detail, HasSubstr("did you mean status?"));
  EXPECT_FALSE(condition("").has_value());
}

TEST(ConditionTest, ComparesNumbersAsNumbers) {
  EXPECT_TRUE(matches(*condition("call.ended status=486"), ended(486, "")));
  EXPECT_TRUE(matches(*condition("call.ended status>=99"), ended(486, "")));
  EXPECT_FALSE(matches(*condition("call.ended status<99"), ended(486, "")));
  EXPECT_TRUE(matches(*condition("call.ended call=2 status!=487"), ended(486, "")));
  EXPECT_FALSE(matches(*condition("call.ended call=1 status=486"), ended(486, "")));
}

TEST(ConditionTest, ComparesTextAndTruth) {
  EXPECT_TRUE(matches(*condition("call.ended reason=\"Busy Here\""), ended(486, "Busy Here")));
  EXPECT_TRUE(matches(*condition("call.ended reason~busy who=local"), ended(486, "Busy Here")));
  EXPECT_FALSE(matches(*condition("call.ended reason~bored"), ended(486, "Busy Here")));
  CallHoldChanged held;
  held.by_us = true;
  EXPECT_TRUE(matches(*condition("call.hold by_us=true by_peer=false"), to_json(Event(held), {})));
}

TEST(ConditionTest, LooksIntoReports) {
  Reconnected event;
  event.report.retries = 3;
  EXPECT_TRUE(
      matches(*condition("call.handover.done report.retries>2"), to_json(Event(event), {})));
}

TEST(ConditionTest, IsNotMetByAnotherType) {
  EXPECT_FALSE(matches(*condition("call.answered"), ended(486, "")));
  EXPECT_FALSE(matches(*condition("call.answered"), Json::object()));
}

}  // namespace
}  // namespace godwit::cli
