// SPDX-License-Identifier: Apache-2.0
#include "sip/header/language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(LanguageTest, KnowsATagWhenItSeesOne) {
  for (const auto* const tag :
       {"en", "de-CH", "es-419", "zh-Hant-TW", "x-private", "abcdefgh-12345678"}) {
    EXPECT_TRUE(is_language_tag(tag)) << tag;
  }
  for (const auto* const text : {"", "-", "en-", "-en", "en--us", "e1", "en us", "en_US",
                                 "abcdefghi", "en-abcdefghi", "*"}) {
    EXPECT_FALSE(is_language_tag(text)) << text;
  }
}

TEST(LanguageTest, ReadsRangesWithTheirPreference) {
  EXPECT_THAT(parse_accept_language("da, en-gb;q=0.8, en;q=0.7, *;q=0.1").value(),
              ElementsAre(LanguageRange{"da", 1000, {}}, LanguageRange{"en-gb", 800, {}},
                          LanguageRange{"en", 700, {}}, LanguageRange{"*", 100, {}}));
  EXPECT_THAT(parse_accept_language(" ").value(), ElementsAre());
}

TEST(LanguageTest, PrefersByTheLongestRange) {
  const auto accept = parse_accept_language("*;q=0.1, en;q=0.7, en-GB;q=0.8, fr;q=0").value();
  EXPECT_EQ(preference_for(accept, "EN-gb"), 800);
  EXPECT_EQ(preference_for(accept, "en-US"), 700);
  EXPECT_EQ(preference_for(accept, "en"), 700);
  EXPECT_EQ(preference_for(accept, "eng"), 100);
  EXPECT_EQ(preference_for(accept, "fr-CA"), 0);
  EXPECT_EQ(preference_for({}, "de"), 1000);
  EXPECT_EQ(preference_for(parse_accept_language("en").value(), "de"), 0);
}

TEST(LanguageTest, ChecksTheLanguagesOfABody) {
  EXPECT_EQ(check_content_language("fr"), std::nullopt);
  EXPECT_EQ(check_content_language("fr, en-GB"), std::nullopt);
  EXPECT_EQ(check_content_language(""), (Fault{"expected a language tag", 0}));
  EXPECT_EQ(check_content_language("fr, *"), (Fault{"expected a language tag", 4}));
}

TEST(LanguageTest, WritesWhatItReads) {
  test::expect_good(parse_language_range, {"en", "*", "de-CH-1996;q=0.5", "en ; q=0 ; x=y"});
}

TEST(LanguageTest, SaysWhereItBreaks) {
  test::expect_bad(parse_accept_language, {{",", 0, "expected a language tag or \"*\""},
                                           {"en, en_US", 4, "expected a language tag or \"*\""},
                                           {"en, de;q=x", 9, "expected a number from 0 to 1"},
                                           {"en de", 3, "expected \";\""}});
}

TEST(LanguageTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(5);
  for (int round = 0; round < 500; ++round) {
    LanguageRange range{make.word(), static_cast<Thousandths>(make.below(1001)), make.parameters()};
    if (make.coin()) range.language += '-' + make.word();
    if (make.below(4) == 0) range.language = "*";
    test::expect_reads_back(parse_language_range, range);
  }
}

}  // namespace
}  // namespace godwit::sip
