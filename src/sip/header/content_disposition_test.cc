// SPDX-License-Identifier: Apache-2.0
#include "sip/header/content_disposition.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using Handling = ContentDisposition::Handling;

TEST(ContentDispositionTest, ReadsTypeAndHandling) {
  EXPECT_EQ(parse_content_disposition("session").value(), ContentDisposition{});
  EXPECT_EQ(parse_content_disposition("Render ; Handling=OPTIONAL;x=1").value(),
            (ContentDisposition{"render", Handling::optional, {{"x", "1"}}}));
  EXPECT_EQ(parse_content_disposition("signal;handling=\"required\"")->handling,
            Handling::required);
}

TEST(ContentDispositionTest, LetsABodyBeIgnoredOnlyWhenItSaysSo) {
  const auto ignored = [](std::string_view text) {
    return may_be_ignored(parse_content_disposition(text).value());
  };
  EXPECT_TRUE(ignored("render;handling=optional"));
  EXPECT_FALSE(ignored("render"));
  EXPECT_FALSE(ignored("render;handling=required"));
  EXPECT_FALSE(ignored("render;handling=whatever"));
}

TEST(ContentDispositionTest, KeepsAHandlingThatNobodyKnows) {
  const auto odd = parse_content_disposition("session;handling=maybe").value();
  EXPECT_EQ(odd, (ContentDisposition{"session", std::nullopt, {{"handling", "maybe"}}}));
  EXPECT_EQ(to_string(odd), "session;handling=maybe");
}

TEST(ContentDispositionTest, WritesWhatItReads) {
  test::expect_good(parse_content_disposition,
                    {"session", "session;handling=optional", "attachment;filename=\"a;b.txt\"",
                     "icon ; handling = required ; size=big ; handling=optional",
                     "x;handling=maybe;handling=optional"});
}

TEST(ContentDispositionTest, SaysWhereItBreaks) {
  test::expect_bad(parse_content_disposition,
                   {{"", 0, "expected a disposition type"},
                    {";handling=optional", 0, "expected a disposition type"},
                    {"session handling", 8, "expected \";\""},
                    {"session;handling=", 17}});
}

TEST(ContentDispositionTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(6);
  for (int round = 0; round < 500; ++round) {
    ContentDisposition disposition{make.word(), std::nullopt, make.parameters()};
    if (make.coin()) disposition.handling = make.coin() ? Handling::optional : Handling::required;
    test::expect_reads_back(parse_content_disposition, disposition);
  }
}

}  // namespace
}  // namespace godwit::sip
