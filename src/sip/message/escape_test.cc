// SPDX-License-Identifier: Apache-2.0
#include "sip/message/escape.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;

constexpr UriPart kParts[] = {UriPart::user, UriPart::password, UriPart::parameter, UriPart::header,
                              UriPart::subaddress};

TEST(EscapeTest, EveryPartKeepsItsOwnCharactersAsTheyAre) {
  constexpr auto kMarks = "-_.!~*'()&=+$,;?/[]:@% #\"<>"sv;
  EXPECT_EQ(escape(kMarks, UriPart::user), "-_.!~*'()&=+$,;?/%5B%5D%3A%40%25%20%23%22%3C%3E");
  EXPECT_EQ(escape(kMarks, UriPart::password),
            "-_.!~*'()&=+$,%3B%3F%2F%5B%5D%3A%40%25%20%23%22%3C%3E");
  EXPECT_EQ(escape(kMarks, UriPart::parameter),
            "-_.!~*'()&%3D+$%2C%3B%3F/[]:%40%25%20%23%22%3C%3E");
  EXPECT_EQ(escape(kMarks, UriPart::header), "-_.!~*'()%26%3D+$%2C%3B?/[]:%40%25%20%23%22%3C%3E");
  EXPECT_EQ(escape(kMarks, UriPart::subaddress), "-_.!~*'()&=+$,%3B?/%5B%5D:@%25%20%23%22%3C%3E");
}

TEST(EscapeTest, AnyByteCanBeEscaped) {
  EXPECT_EQ(escape("\0\r\n\xc3\xbc"sv, UriPart::user), "%00%0D%0A%C3%BC");
  EXPECT_EQ(unescape("%00%0d%0A%c3%BC").value(), "\0\r\n\xc3\xbc"sv);
}

TEST(EscapeTest, WhatIsEscapedAlreadyCanStay) {
  EXPECT_EQ(escape_the_rest("a%20b c%", UriPart::user), "a%20b%20c%25");
  EXPECT_EQ(escape_the_rest("%2", UriPart::user), "%252");
  EXPECT_EQ(escape("a%20b", UriPart::user), "a%2520b");
}

TEST(EscapeTest, ABadEscapeIsNamedWithItsPlace) {
  for (const auto& [text, at] :
       {std::pair{"%"sv, 0U}, std::pair{"a%"sv, 1U}, std::pair{"%4"sv, 0U},
        std::pair{"%41%4g"sv, 3U}, std::pair{"ab%%41"sv, 2U}, std::pair{"%-1"sv, 0U}}) {
    EXPECT_EQ(find_bad_escape(text), at) << text;
    const auto refused = unescape(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().what, "expected two hexadecimal digits after \"%\""sv);
    EXPECT_EQ(refused.error().at, at) << text;
  }
  EXPECT_EQ(find_bad_escape("%41b%4F"), std::string_view::npos);
  EXPECT_EQ(find_bad_escape(""), std::string_view::npos);
}

TEST(EscapeTest, WhatNeedsAnEscapeIsFound) {
  EXPECT_EQ(find_unescaped("abc%20", UriPart::user), std::string_view::npos);
  EXPECT_EQ(find_unescaped("ab:c", UriPart::user), 2U);
  EXPECT_EQ(find_unescaped("ab:c", UriPart::parameter), std::string_view::npos);
  EXPECT_EQ(find_unescaped("%2x", UriPart::header), 0U);
}

TEST(EscapeTest, AnyTextComesBackFromItsEscapedForm) {
  SeededRandom random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random.below(20), '\0');
    for (char& c : text) c = static_cast<char>(random.below(256));
    for (const UriPart part : kParts) {
      const auto escaped = escape(text, part);
      EXPECT_EQ(find_unescaped(escaped, part), std::string_view::npos);
      EXPECT_EQ(unescape(escaped).value(), text);
      EXPECT_EQ(escape_the_rest(escaped, part), escaped);
      EXPECT_EQ(find_unescaped(escape_the_rest(text, part), part), std::string_view::npos);
    }
  }
}

TEST(EscapeTest, ACharacterEqualsItsEscapeUnlessItIsReserved) {
  EXPECT_TRUE(same_unescaped("%61lice", "alice", LetterCase::matters));
  EXPECT_TRUE(same_unescaped("a%3bb", "a%3Bb", LetterCase::matters));
  EXPECT_FALSE(same_unescaped("a%3bb", "a;b", LetterCase::matters));
  EXPECT_FALSE(same_unescaped("%2541", "%41", LetterCase::matters));
  EXPECT_FALSE(same_unescaped("%41", "a", LetterCase::matters));
  EXPECT_TRUE(same_unescaped("%41", "a", LetterCase::ignored));
  EXPECT_FALSE(same_unescaped("ab", "abc", LetterCase::matters));
  EXPECT_FALSE(same_unescaped("%4", "%04", LetterCase::matters));
  EXPECT_TRUE(same_unescaped("%4", "%4", LetterCase::matters));
}

TEST(EscapeTest, TheOrderIsOneToSortBy) {
  constexpr auto kAlphabet = "aA%41623b;"sv;
  SeededRandom random(2);
  const auto make = [&] {
    std::string text(random.below(6), 'a');
    for (char& c : text) c = kAlphabet[random.below(kAlphabet.size())];
    return text;
  };
  for (int round = 0; round < 5000; ++round) {
    const auto a = make();
    const auto b = make();
    const auto c = make();
    for (const auto letter_case : {LetterCase::matters, LetterCase::ignored}) {
      EXPECT_EQ(compare_unescaped(a, a, letter_case), std::strong_ordering::equal);
      EXPECT_EQ(compare_unescaped(a, b, letter_case), 0 <=> compare_unescaped(b, a, letter_case));
      if (compare_unescaped(a, b, letter_case) <= 0 && compare_unescaped(b, c, letter_case) <= 0) {
        EXPECT_TRUE(compare_unescaped(a, c, letter_case) <= 0) << a << ' ' << b << ' ' << c;
      }
    }
  }
}

}  // namespace
}  // namespace godwit::sip
