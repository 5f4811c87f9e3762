// SPDX-License-Identifier: Apache-2.0
#include "sip/message/tel_uri.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/random.h"

namespace godwit::sip {
namespace {

struct Read {
  std::string_view text;
  TelUri tel;
};
class TelUriTest : public ::testing::TestWithParam<Read> {};

TEST_P(TelUriTest, IsReadAndWrittenBack) {
  const auto tel = parse_tel_uri(GetParam().text);
  ASSERT_TRUE(tel) << GetParam().text << ": " << tel.error().what << " at " << tel.error().at;
  EXPECT_EQ(*tel, GetParam().tel);
  EXPECT_EQ(to_string(*tel), GetParam().text);
  EXPECT_EQ(parse_uri(GetParam().text).value(), to_uri(*tel));
  EXPECT_EQ(tel_uri_from(to_uri(*tel)), tel);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TelUriTest,
    ::testing::Values(
        Read{"tel:+1-201-555-0123", {"+1-201-555-0123", "", "", "", {}}},
        Read{"tel:+49.(30)", {"+49.(30)", "", "", "", {}}},
        Read{"tel:7042;phone-context=example.com", {"7042", "example.com", "", "", {}}},
        Read{"tel:863-1234;phone-context=+1-914-555", {"863-1234", "+1-914-555", "", "", {}}},
        Read{"tel:*31#0aF;phone-context=a_b.example.", {"*31#0aF", "a_b.example.", "", "", {}}},
        Read{"tel:+1;isub=a/b?c=%3B;ext=12-3", {"+1", "", "a/b?c=%3B", "12-3", {}}},
        Read{"tel:1;isub=1;ext=2;phone-context=+3;a;b=[x]%20",
             {"1", "+3", "1", "2", {{"a", std::nullopt}, {"b", "[x]%20"}}}},
        Read{"tel:+358-555-1234567;postd=pp22",
             {"+358-555-1234567", "", "", "", {{"postd", "pp22"}}}},
        Read{"tel:+1;phone-context=+1", {"+1", "+1", "", "", {}}}));

TEST(TelUriTest, NamesAreReadInAnyCaseAndOrder) {
  const auto tel = parse_tel_uri("TEL:1;Zone=b;EXT=7;Phone-Context=h;ISUB=8;cic=1").value();
  EXPECT_EQ(tel, (TelUri{"1", "h", "8", "7", {{"cic", "1"}, {"Zone", "b"}}}));
  EXPECT_EQ(to_string(tel), "tel:1;isub=8;ext=7;phone-context=h;cic=1;Zone=b");
}

TEST(TelUriTest, ALocalNumberWithoutContextIsTakenOnlyWhenAskedTo) {
  EXPECT_FALSE(parse_tel_uri("tel:112"));
  const auto tel = parse_tel_uri("tel:112", PhoneContext::optional);
  EXPECT_EQ(tel.value().number, "112");
  EXPECT_FALSE(tel->is_global());
  EXPECT_EQ(to_string(*tel), "tel:112");
}

TEST(TelUriTest, OtherSchemesAreNone) {
  EXPECT_EQ(tel_uri_from(parse_uri("sip:+1@h").value()).error(), (Fault{"expected \"tel:\"", 0}));
  EXPECT_EQ(tel_uri_from(parse_uri("tel:+1;x=").value()).error(),
            (Fault{"expected a value after \"=\"", 9}));
}

struct BadTelUri {
  std::string_view text;
  Fault fault;
};
class BadTelUriTest : public ::testing::TestWithParam<BadTelUri> {};

TEST_P(BadTelUriTest, IsRefusedWithItsPlace) {
  const auto tel = parse_tel_uri(GetParam().text);
  ASSERT_FALSE(tel) << GetParam().text;
  EXPECT_STREQ(tel.error().what, GetParam().fault.what) << GetParam().text;
  EXPECT_EQ(tel.error().at, GetParam().fault.at) << GetParam().text;
}

constexpr const char* kNotInValue = "character not allowed in a parameter value";
constexpr const char* kNotInContext = "expected a domain name or \"+\" and digits";

INSTANTIATE_TEST_SUITE_P(
    Texts, BadTelUriTest,
    ::testing::Values(
        BadTelUri{"", {"expected \"tel:\"", 0}}, BadTelUri{"tel", {"expected \"tel:\"", 0}},
        BadTelUri{"sip:+1", {"expected \"tel:\"", 0}},
        BadTelUri{"tel:", {"expected a telephone number", 4}},
        BadTelUri{"tel:+", {"expected a digit after \"+\"", 5}},
        BadTelUri{"tel:+-.()", {"expected a digit after \"+\"", 5}},
        BadTelUri{"tel:--;phone-context=h", {"expected a telephone number", 4}},
        BadTelUri{"tel:xyz", {"expected a telephone number", 4}},
        BadTelUri{"tel:+1 2", {"expected a digit, a visual separator or \";\"", 6}},
        BadTelUri{"tel:+1a", {"expected a digit, a visual separator or \";\"", 6}},
        BadTelUri{"tel:1g;phone-context=h", {"expected a digit, a visual separator or \";\"", 5}},
        BadTelUri{"tel:112", {"expected \";phone-context=\" with a local number", 7}},
        BadTelUri{"tel:+1;", {"expected a parameter name after \";\"", 7}},
        BadTelUri{"tel:+1;;x", {"expected a parameter name after \";\"", 7}},
        BadTelUri{"tel:+1;=x", {"expected a parameter name after \";\"", 7}},
        BadTelUri{"tel:+1;x_y=1", {"expected \"=\" or \";\" after a parameter name", 8}},
        BadTelUri{"tel:+1;x=", {"expected a value after \"=\"", 9}},
        BadTelUri{"tel:+1;x=;y", {"expected a value after \"=\"", 9}},
        BadTelUri{"tel:+1;x=a@b", {kNotInValue, 10}},
        BadTelUri{"tel:+1;x=%4", {"expected two hexadecimal digits after \"%\"", 9}},
        BadTelUri{"tel:+1;isub", {"expected \"=\" and a value", 11}},
        BadTelUri{"tel:+1;isub=[", {kNotInValue, 12}},
        BadTelUri{"tel:+1;ext=x", {"expected a digit or a visual separator in an extension", 11}},
        BadTelUri{"tel:1;phone-context=", {"expected a value after \"=\"", 20}},
        BadTelUri{"tel:1;phone-context=+", {kNotInContext, 21}},
        BadTelUri{"tel:1;phone-context=+1x", {kNotInContext, 22}},
        BadTelUri{"tel:1;phone-context=-a", {kNotInContext, 20}},
        BadTelUri{"tel:1;phone-context=a/b", {kNotInContext, 21}},
        BadTelUri{"tel:+1;x=1;X=2", {"parameter given twice", 11}},
        BadTelUri{"tel:+1;ext=1;ext=2", {"parameter given twice", 13}},
        BadTelUri{"tel:+1;isub=1;isub=2", {"parameter given twice", 14}},
        BadTelUri{"tel:1;phone-context=a;phone-context=a", {"parameter given twice", 22}}));

std::string with_parameters(std::size_t count) {
  std::string text = "tel:+1";
  for (std::size_t i = 0; i < count; ++i) text += ";p" + std::to_string(i);
  return text;
}

TEST(TelUriTest, TakesAsManyParametersAsTheTableOfLimitsSays) {
  EXPECT_TRUE(parse_tel_uri(with_parameters(limits::kParameters)));
  EXPECT_STREQ(parse_tel_uri(with_parameters(limits::kParameters + 1)).error().what,
               "too many parameters");
  EXPECT_STREQ(parse_tel_uri(with_parameters(10 * limits::kParameters)).error().what,
               "too many parameters");
}

TEST(TelUriTest, EveryBeginningOfAGoodOneEndsInAVerdict) {
  constexpr std::string_view kText =
      "tel:*1-2#;isub=a%3B;ext=1.2;phone-context=+1-2;a;b=[x]%20;c-d=e";
  for (std::size_t size = 0; size <= kText.size(); ++size) {
    const std::string text(kText.substr(0, size));
    const auto tel = parse_tel_uri(text);
    if (tel) {
      EXPECT_EQ(parse_tel_uri(to_string(*tel)), tel) << text;
    }
  }
}

struct Converted {
  std::string_view tel;
  std::string_view sip;
};
class TelToSipTest : public ::testing::TestWithParam<Converted> {};

TEST_P(TelToSipTest, TheNumberBecomesAUserOfTheDomain) {
  const auto tel = parse_tel_uri(GetParam().tel).value();
  const auto sip = to_sip_uri(tel, parse_uri("sip:foo.com").value());
  EXPECT_EQ(to_string(sip), GetParam().sip);
  EXPECT_EQ(parse_uri(GetParam().sip).value(), sip);
}

// The examples of RFC 3261 §19.1.6, and what must be escaped.
INSTANTIATE_TEST_SUITE_P(
    Texts, TelToSipTest,
    ::testing::Values(Converted{"tel:+358-555-1234567;postd=pp22",
                                "sip:+358-555-1234567;postd=pp22@foo.com;user=phone"},
                      Converted{"tel:+358-555-1234567;POSTD=PP22",
                                "sip:+358-555-1234567;postd=pp22@foo.com;user=phone"},
                      Converted{"tel:+358-555-1234567;postd=pp22;isub=1411",
                                "sip:+358-555-1234567;isub=1411;postd=pp22@foo.com;user=phone"},
                      Converted{"tel:+1-212-555-1111", "sip:+1-212-555-1111@foo.com;user=phone"},
                      Converted{"tel:*31#;phone-context=h",
                                "sip:*31%23;phone-context=h@foo.com;user=phone"},
                      Converted{"tel:+1;x=[a:b]%40", "sip:+1;x=%5Ba%3Ab%5D%40@foo.com;user=phone"},
                      Converted{"tel:+1;isub=a@b:c", "sip:+1;isub=a%40b%3Ac@foo.com;user=phone"}));

TEST(TelUriTest, TheDomainGivesSchemeHostAndPort) {
  const auto sip = to_sip_uri(parse_tel_uri("tel:+1").value(),
                              parse_uri("sips:me@[2001:db8::1]:5071;lr").value());
  EXPECT_EQ(to_string(sip), "sips:+1@[2001:db8::1]:5071;user=phone");
}

std::string text_of(std::string_view alphabet, std::size_t size, Random& random) {
  std::string text(size, ' ');
  for (char& c : text) c = alphabet[random.below(alphabet.size())];
  return text;
}

TelUri make_tel(Random& random) {
  TelUri tel;
  const bool global = random.below(2) == 0;
  tel.number =
      (global ? "+" : "") +
      text_of(global ? "0123456789-.()" : "0123456789abF*#-.()", random.below(12), random) + "7";
  if (!global) tel.phone_context = random.below(2) == 0 ? "+1-2" : "h-1.example";
  if (random.below(3) == 0) tel.subaddress = text_of("ab1/?:@&=+$,-_", 1 + random.below(5), random);
  if (random.below(3) == 0) tel.extension = text_of("0123-.()", 1 + random.below(5), random);
  for (std::size_t i = 0; i < random.below(4); ++i) {
    auto& parameter = tel.parameters.emplace_back();
    parameter.name =
        std::string(1, static_cast<char>('a' + i)) + text_of("xyz-1", random.below(4), random);
    if (random.below(2) == 0)
      parameter.value = text_of("ab1[]/:&+$-_.!~*'()", 1 + random.below(5), random);
  }
  return tel;
}

TEST(TelUriTest, WhatIsWrittenIsReadAsItWas) {
  SeededRandom random(4);
  for (int round = 0; round < 3000; ++round) {
    const auto tel = make_tel(random);
    const auto text = to_string(tel);
    const auto again = parse_tel_uri(text);
    ASSERT_TRUE(again) << text << ": " << again.error().what << " at " << again.error().at;
    EXPECT_EQ(*again, tel) << text;
    EXPECT_EQ(to_string(*again), text);
    EXPECT_TRUE(equivalent(tel, *again));
    EXPECT_TRUE(parse_uri(to_string(to_sip_uri(tel, parse_uri("sip:h").value())))) << text;
  }
}

TEST(TelUriTest, WhatNoNumberMayHoldIsNotWritten) {
  TelUri tel{"+1 2\r\n3", "", "a;b", "1x", {{"n\r\n:", "v;w"}, {"empty", ""}}};
  EXPECT_EQ(to_string(tel), "tel:+123;isub=a%3Bb;ext=1;empty;n=v%3Bw");
  EXPECT_TRUE(parse_tel_uri(to_string(tel)));
}

TEST(TelUriTest, VisualSeparatorsCanBeTakenOut) {
  EXPECT_EQ(without_visual_separators("+49-(30).1*#"), "+49301*#");
}

}  // namespace
}  // namespace godwit::sip
