// SPDX-License-Identifier: Apache-2.0
#include "sip/message/grammar.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;

TEST(GrammarTest, ATokenHoldsWhatRfc3261Allows) {
  EXPECT_TRUE(is_token("!interesting-Method0123456789_*+`.%indeed'~"));
  for (const auto text : {""sv, "a b"sv, "a:b"sv, "a;b"sv, "\xc3\xa4"sv, "a\0"sv, "<a>"sv}) {
    EXPECT_FALSE(is_token(text)) << text;
  }
}

TEST(GrammarTest, CaseIsIgnoredInAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("Call-ID", "cALL-id"));
  EXPECT_FALSE(equal_ignoring_case("Call-ID", "Call-I"));
  EXPECT_FALSE(equal_ignoring_case("@", "`")) << "32 apart, but no letters";
}

TEST(GrammarTest, TrimTakesBlanksAndTabsFromBothEnds) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(GrammarTest, AQuotedStringEndsAtItsOwnQuote) {
  EXPECT_EQ(end_of_quoted_string(R"("ab" c)", 0), 4U);
  EXPECT_EQ(end_of_quoted_string(R"(x"a\"b"c)", 1), 7U);
  EXPECT_EQ(end_of_quoted_string(R"("\\")", 0), 4U);
  EXPECT_EQ(end_of_quoted_string("\"\\\0\""sv, 0), 4U) << "RFC 4475 §3.1.1.2";
}

TEST(GrammarTest, AQuotedStringThatDoesNotEndIsNone) {
  for (const auto text :
       {"\""sv, "\"ab"sv, "\"ab\\"sv, "\"ab\\\""sv, "\"a\nb\""sv, "\"a\\\rb\""sv, "\"a\0b\""sv}) {
    EXPECT_EQ(end_of_quoted_string(text, 0), std::string_view::npos) << text;
  }
}

class QuoteTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(QuoteTest, WhatIsQuotedIsReadBackAsItWas) {
  const auto quoted = quote(GetParam());
  EXPECT_EQ(end_of_quoted_string(quoted, 0), quoted.size());
  EXPECT_EQ(unquote(quoted), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Texts, QuoteTest,
                         ::testing::Values("", "plain", R"(a "b" \c\)", "tab\t", "\x07\0\x7f"sv,
                                           "Gr\xc3\xbc\xc3\x9f"));

TEST(GrammarTest, AQuotedStringNeverHoldsALineBreak) {
  EXPECT_EQ(quote("a\r\nVia: b"), "\"a  Via: b\"");
}

TEST(GrammarTest, ListElementsEndAtCommasOutsideQuotesAndAngleBrackets) {
  EXPECT_EQ(end_of_element("a,b", 0), 1U);
  EXPECT_EQ(end_of_element("a,b", 2), 3U);
  EXPECT_EQ(end_of_element(R"("a,b" <sip:c,d@e>;x="f,g",next)", 0), 25U);
  EXPECT_EQ(end_of_element(R"("open, <a)", 0), 9U);
  EXPECT_EQ(end_of_element("", 0), 0U);
}

TEST(GrammarTest, AFaultIsShownWithItsSubjectAndPlace) {
  const auto error = malformed("CSeq", {"method missing", 4});
  EXPECT_EQ(error.code, Errc::malformed_message);
  EXPECT_EQ(error.detail, "CSeq: method missing at byte 4");
  EXPECT_EQ(shifted({"x", 2}, 5).value(), (Fault{"x", 7}));
}

}  // namespace
}  // namespace godwit::sip
