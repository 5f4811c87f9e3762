// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/auth_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/limits.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::string_view_literals;

using Begin = AuthParameterReader::Begin;

struct Walk {
  std::string scheme;
  std::vector<std::string> parameters;  // "name=value", with quotes where they stood
  std::optional<Fault> fault;
};

Walk walk(std::string_view text, Begin begin = Begin::with_scheme) {
  const test::ExactBlock block(text);
  AuthParameterReader reader(block.view(), begin);
  Walk result{std::string(reader.scheme()), {}, std::nullopt};
  while (const auto* parts = reader.next()) {
    const std::string_view quote = parts->quoted ? "\"" : "";
    result.parameters.push_back(
        std::string(parts->name).append("=").append(quote).append(parts->value).append(quote));
    EXPECT_EQ(text.substr(reader.place_of(parts->name), parts->name.size()), parts->name);
  }
  result.fault = reader.fault();
  return result;
}

std::vector<std::string> challenges(std::string_view list) {
  const test::ExactBlock block(list);
  std::vector<std::string> all;
  for (std::size_t at = 0; const auto text = next_challenge(block.view(), at);) {
    all.emplace_back(*text);
  }
  return all;
}

TEST(AuthParametersTest, AreReadWhereTheyStand) {
  const auto read = walk(R"( Digest	realm="a, b", qop=auth ,stale = FALSE,opaque="")");
  EXPECT_EQ(read.fault, std::nullopt);
  EXPECT_EQ(read.scheme, "Digest");
  EXPECT_THAT(read.parameters,
              ElementsAre(R"(realm="a, b")", "qop=auth", "stale=FALSE", R"(opaque="")"));
}

TEST(AuthParametersTest, KeepTheirEscapes) {
  EXPECT_THAT(walk(R"(Digest realm="say \"x\" \\",x="\,")").parameters,
              ElementsAre(R"(realm="say \"x\" \\")", R"(x="\,")"));
  EXPECT_THAT(walk("Digest x=\"\\\0\x01\t\x7f\""sv).parameters,
              ElementsAre("x=\"\\\0\x01\t\x7f\""sv));
}

TEST(AuthParametersTest, EndAtTheirQuoteHoweverLongTheyAre) {
  for (std::size_t size = 0; size < 50; ++size) {
    const std::string value(size, 'a');
    EXPECT_THAT(walk("Digest x=\"" + value + "\",y=z").parameters,
                ElementsAre("x=\"" + value + '"', "y=z"));
    for (std::size_t at = 0; at < size; ++at) {
      for (const std::string_view odd : {"\\\"", "\\\\", "\t"}) {
        const auto with_odd = std::string(value).replace(at, 1, odd);
        EXPECT_THAT(walk("Digest x=\"" + with_odd + '"').parameters,
                    ElementsAre("x=\"" + with_odd + '"'));
      }
      for (const char broken : {'\n', '\0', '"'}) {
        std::string text = "Digest x=\"" + value + "\"y";
        text[10 + at] = broken;
        EXPECT_TRUE(walk(text).fault) << size << ' ' << at;
      }
    }
  }
}

TEST(AuthParametersTest, NeedNoQuotesAroundWhatIsNoToken) {
  EXPECT_THAT(walk("Digest nonce=a/b==,realm=The Realm ,uri=sip:a@b;lr?x=y").parameters,
              ElementsAre("nonce=a/b==", "realm=The Realm", "uri=sip:a@b;lr?x=y"));
}

TEST(AuthParametersTest, MayBeSeparatedByEmptyElements) {
  EXPECT_THAT(walk("Digest , a=1,, ,b=2,").parameters, ElementsAre("a=1", "b=2"));
}

TEST(AuthParametersTest, MayBeMissingAltogether) {
  EXPECT_EQ(walk("Negotiate").scheme, "Negotiate");
  EXPECT_THAT(walk("Negotiate ").parameters, IsEmpty());
  EXPECT_EQ(walk("Negotiate").fault, std::nullopt);
}

TEST(AuthParametersTest, OfAnInfoHaveNoScheme) {
  const auto read = walk(R"( nextnonce="x", nc=00000001)", Begin::with_parameter);
  EXPECT_EQ(read.scheme, "");
  EXPECT_THAT(read.parameters, ElementsAre(R"(nextnonce="x")", "nc=00000001"));
}

TEST(AuthParametersTest, AreRefusedWithTheirPlace) {
  struct Bad {
    std::string_view text;
    Fault fault;
  };
  // A fault's text is compared as text: two equal ones need not be one.
  for (const Bad& bad : {
           Bad{"", {"expected an authentication scheme", 0}},
           Bad{"  ", {"expected an authentication scheme", 2}},
           Bad{"\"Digest\" a=b", {"expected an authentication scheme", 0}},
           Bad{"Digest/2 a=b", {"expected a space after the scheme", 6}},
           Bad{"Digest =x", {"expected a token before \"=\"", 7}},
           Bad{"Digest \"a\"=x", {"expected a token before \"=\"", 7}},
           Bad{"Digest realm", {"expected \"=\" after the parameter name", 12}},
           Bad{"Digest realm, a=b", {"expected \"=\" after the parameter name", 12}},
           Bad{"Digest re/alm=x", {"expected \"=\" after the parameter name", 9}},
           Bad{"Digest realm=", {"expected a value after \"=\"", 13}},
           Bad{"Digest realm= , a=b", {"expected a value after \"=\"", 14}},
           Bad{"Digest realm=\"x", {"unterminated quoted string", 13}},
           Bad{"Digest realm=\"x\\", {"unterminated quoted string", 13}},
           Bad{"Digest realm=\"x\\\"", {"unterminated quoted string", 13}},
           Bad{"Digest realm=\"x\ny\"", {"unterminated quoted string", 13}},
           Bad{"Digest realm=\"x\\\ry\"", {"unterminated quoted string", 13}},
           Bad{"Digest realm=\"x\0y\""sv, {"unterminated quoted string", 13}},
           Bad{"Digest a=\"x\" b=y", {"expected \",\" after the value", 13}},
           Bad{"Digest a=\"x\"y", {"expected \",\" after the value", 12}},
           Bad{"Digest a=x\"y\"", {"expected \",\" after the value", 10}},
           Bad{"Digest a=x\\y", {"expected \",\" after the value", 10}},
           Bad{"Digest a=x\ny", {"expected \",\" after the value", 10}},
       }) {
    const auto fault = walk(bad.text).fault;
    ASSERT_TRUE(fault) << bad.text;
    EXPECT_STREQ(fault->what, bad.fault.what) << bad.text;
    EXPECT_EQ(fault->at, bad.fault.at) << bad.text;
  }
}

TEST(AuthParametersTest, AreSoManyAndNoMore) {
  const auto with = [](std::size_t count) {
    std::string text = "Digest ";
    for (std::size_t i = 0; i < count; ++i) text += "x=y,";
    return walk(text);
  };
  EXPECT_EQ(with(limits::kAuthParameters).fault, std::nullopt);
  const auto fault = with(limits::kAuthParameters + 1).fault;
  ASSERT_TRUE(fault);
  EXPECT_STREQ(fault->what, "too many parameters");
  EXPECT_EQ(fault->at, 7 + 4 * limits::kAuthParameters);
  EXPECT_THAT(with(10 * limits::kAuthParameters).parameters,
              ::testing::SizeIs(limits::kAuthParameters));
}

TEST(AuthParametersTest, AFaultDoesNotRepeatTheValues) {
  const auto fault = walk("Digest username=\"alice\" response=\"0123\"").fault;
  ASSERT_TRUE(fault);
  EXPECT_THAT(malformed("Authorization", *fault).detail, Not(HasSubstr("alice")));
}

TEST(AuthNameTest, IsFoundInAnyCase) {
  using enum AuthName;
  const std::pair<std::string_view, AuthName> names[] = {{"username", username},
                                                         {"username*", username_extended},
                                                         {"realm", realm},
                                                         {"nonce", nonce},
                                                         {"uri", uri},
                                                         {"response", response},
                                                         {"algorithm", algorithm},
                                                         {"cnonce", cnonce},
                                                         {"opaque", opaque},
                                                         {"qop", qop},
                                                         {"nc", nonce_count},
                                                         {"userhash", userhash},
                                                         {"domain", domain},
                                                         {"stale", stale},
                                                         {"charset", charset},
                                                         {"nextnonce", next_nonce},
                                                         {"rspauth", response_auth}};
  for (const auto& [text, name] : names) {
    EXPECT_EQ(auth_name(text), name) << text;
    std::string upper(text);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    EXPECT_EQ(auth_name(upper), name) << upper;
    EXPECT_EQ(auth_name(text.substr(0, text.size() - 1)), text == "username*" ? username : other)
        << text;
    EXPECT_EQ(auth_name(std::string(text) + 'x'), other) << text;
  }
  for (const auto text : {"", "x", "algorithn", "username_", "nextnoncf", "a-very-long-name"}) {
    EXPECT_EQ(auth_name(text), other) << text;
  }
}

TEST(NextChallengeTest, CutsAtTheCommaBeforeAScheme) {
  EXPECT_THAT(challenges(R"(Digest realm="a", nonce="b", Digest realm="c",nonce=d)"),
              ElementsAre(R"(Digest realm="a", nonce="b")", R"(Digest realm="c",nonce=d)"));
  EXPECT_THAT(challenges(R"(Basic realm="x, Digest y", Digest realm = "a" , nonce ="b")"),
              ElementsAre(R"(Basic realm="x, Digest y")", R"(Digest realm = "a" , nonce ="b")"));
}

TEST(NextChallengeTest, KnowsSchemesWithoutParameters) {
  EXPECT_THAT(challenges("Negotiate, Digest a=b"), ElementsAre("Negotiate", "Digest a=b"));
  EXPECT_THAT(challenges("Digest a=b, Negotiate"), ElementsAre("Digest a=b", "Negotiate"));
  EXPECT_THAT(challenges("NTLM TlRMTVNTUAAC==, Bearer x/y=,Digest a=b"),
              ElementsAre("NTLM TlRMTVNTUAAC==", "Bearer x/y=", "Digest a=b"));
}

TEST(NextChallengeTest, PassesOverEmptyElements) {
  EXPECT_THAT(challenges(" ,, Digest a=b,,c=d, , Basic e=f,"),
              ElementsAre("Digest a=b,,c=d", "Basic e=f"));
  EXPECT_THAT(challenges(""), IsEmpty());
  EXPECT_THAT(challenges(" , ,"), IsEmpty());
}

TEST(NextChallengeTest, LeavesWhatIsBrokenToTheParser) {
  EXPECT_THAT(challenges(R"(Digest a="b, Digest c=d)"), ElementsAre(R"(Digest a="b, Digest c=d)"));
  EXPECT_THAT(challenges("Digest a=<b, Digest c=d"), ElementsAre("Digest a=<b", "Digest c=d"));
  EXPECT_THAT(challenges("Digest a=b, /x, \"y\" z"), ElementsAre("Digest a=b, /x, \"y\" z"));
}

TEST(QuotingTest, EscapesAreUndoneAndKept) {
  EXPECT_EQ(without_escapes(R"(a \"b\" \\ \c)"), R"(a "b" \ c)");
  EXPECT_EQ(without_escapes(""), "");
  EXPECT_EQ(requote(R"(a\/b\"c)"), R"("a\/b\"c")");
  EXPECT_EQ(requote(""), R"("")");
}

TEST(QuotingTest, WhatCannotStandInQuotesIsQuotedAnew) {
  EXPECT_EQ(requote(R"(a"b)"), R"("a\"b")");
  EXPECT_EQ(requote(R"(a\)"), R"("a\\")");
  EXPECT_EQ(requote("a\r\nVia: b"), "\"a  Via: b\"");
}

TEST(KeptParametersTest, AreWrittenAsTheyCame) {
  std::string text = "Digest a=b";
  append_parameters(text,
                    {{"x", "tok"},
                     {"y", R"("q, \"")"},
                     {"z", "no token"},
                     {"empty", std::nullopt},
                     {"no name", "x"},
                     {"REALM", "own"}},
                    {AuthName::realm});
  EXPECT_EQ(text, R"(Digest a=b, x=tok, y="q, \"", z="no token", empty="")");
  EXPECT_THAT(
      read_other_parameters(R"(Digest realm=a, x=tok, y="q", z=a/b, nc=1)", {AuthName::realm}),
      ElementsAre(Parameter{"x", "tok"}, Parameter{"y", "\"q\""}, Parameter{"z", "\"a/b\""},
                  Parameter{"nc", "1"}));
}

}  // namespace
}  // namespace godwit::sip
