// SPDX-License-Identifier: Apache-2.0
#include "sip/header/token_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string_view> elements(std::string_view text) {
  const TokenList list(text);
  return {list.begin(), list.end()};
}

TEST(TokenListTest, GoesThroughItsElements) {
  EXPECT_THAT(elements("INVITE"), ElementsAre("INVITE"));
  EXPECT_THAT(elements("INVITE, ACK ,\tBYE,x"), ElementsAre("INVITE", "ACK", "BYE", "x"));
  EXPECT_THAT(elements(""), IsEmpty());
  EXPECT_THAT(elements(" \t "), IsEmpty());
}

TEST(TokenListTest, PassesOverEmptyElements) {
  EXPECT_THAT(elements(",a,, ,b,"), ElementsAre("a", "b"));
  EXPECT_TRUE(TokenList(" , ,").empty());
  EXPECT_FALSE(TokenList("a").empty());
}

TEST(TokenListTest, ComparesOptionTagsWithoutAndMethodsWithRegardToCase) {
  const TokenList list("100rel, Timer, INVITE");
  EXPECT_TRUE(list.contains("timer"));
  EXPECT_FALSE(list.contains("time"));
  EXPECT_TRUE(list.contains_exactly("INVITE"));
  EXPECT_FALSE(list.contains_exactly("invite"));
  EXPECT_FALSE(list.contains_exactly(""));
}

TEST(TokenListTest, TellsWhereTheGrammarBreaks) {
  const auto check = [](std::string_view text) {
    return check_token_list(text, EmptyList::refused);
  };
  EXPECT_EQ(check("a"), std::nullopt);
  EXPECT_EQ(check(" a , b\t,c "), std::nullopt);
  EXPECT_EQ(check(""), (Fault{"expected a token", 0}));
  EXPECT_EQ(check("a,"), (Fault{"expected a token", 2}));
  EXPECT_EQ(check("a, ,b"), (Fault{"expected a token", 3}));
  EXPECT_EQ(check(",a"), (Fault{"expected a token", 0}));
  EXPECT_EQ(check("a b"), (Fault{"expected \",\" between tokens", 2}));
  EXPECT_EQ(check("a;q=1"), (Fault{"expected \",\" between tokens", 1}));
  EXPECT_EQ(check("a, \"b\""), (Fault{"expected a token", 3}));
  EXPECT_EQ(check_token_list("  ", EmptyList::allowed), std::nullopt);
  EXPECT_EQ(check_token_list(" ,", EmptyList::allowed), (Fault{"expected a token", 1}));
}

TEST(TokenListTest, WritesOnlyTokens) {
  constexpr std::array<std::string_view, 4> kTokens{"INVITE", "no token", "", "BYE"};
  EXPECT_EQ(write_token_list(kTokens), "INVITE, BYE");
  EXPECT_EQ(write_token_list({}), "");
}

TEST(TokenListTest, NamesWhatIsNotKnown) {
  constexpr std::array<std::string_view, 2> kKnown{"timer", "100rel"};
  EXPECT_EQ(tokens_missing(TokenList("Timer, 100REL"), kKnown), "");
  EXPECT_EQ(tokens_missing(TokenList("nothingSupportsThis, timer, foo"), kKnown),
            "nothingSupportsThis, foo");
}

TEST(TokenListTest, ReadsBackWhatItWrote) {
  test::ValueMaker make(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> tokens(make.below(20));
    for (auto& token : tokens) token = make.token();
    const std::vector<std::string_view> views(tokens.begin(), tokens.end());
    const test::ExactBlock written(write_token_list(views));
    EXPECT_EQ(check_token_list(written.view(), EmptyList::allowed), std::nullopt);
    EXPECT_EQ(elements(written.view()), views);
  }
}

}  // namespace
}  // namespace godwit::sip
