// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ChallengeTest, HoldsEveryParameter) {
  const auto challenge = parse_challenge(
      R"(digest realm="biloxi.com", qop="auth-int, auth,auth-conf", nonce="84a4", opaque="5ccc",)"
      R"( stale=TRUE, algorithm=sha-256, domain="sip:x", charset=utf-8, userhash=True, x=y)");
  ASSERT_TRUE(challenge);
  Challenge expected;
  expected.realm = "biloxi.com";
  expected.nonce = "84a4";
  expected.opaque = "5ccc";
  expected.algorithm = DigestAlgorithm::sha256;
  expected.qop_auth = expected.qop_auth_int = true;
  expected.other_qop = "auth-conf";
  expected.stale = expected.utf8 = expected.userhash = true;
  expected.parameters = {{"domain", "\"sip:x\""}, {"x", "y"}};
  EXPECT_EQ(*challenge, expected);
}

TEST(ChallengeTest, MeansMd5WithoutQopWhenItSaysNothing) {
  const auto challenge = parse_challenge(R"(Digest realm="r", nonce="n")");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->algorithm, DigestAlgorithm::md5);
  EXPECT_FALSE(challenge->has_qop());
  EXPECT_FALSE(challenge->stale);
  EXPECT_EQ(challenge->opaque, std::nullopt);
}

TEST(ChallengeTest, MayHaveQuotesWhereNoneBelongAndNoneWhereTheyDo) {
  const auto challenge = parse_challenge(
      R"(Digest realm=My Realm,nonce=a/b==,algorithm="MD5-sess",qop=auth,stale="true",)"
      R"(charset="UTF-8",userhash="true",opaque=o)");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->realm, "My Realm");
  EXPECT_EQ(challenge->nonce, "a/b==");
  EXPECT_EQ(challenge->algorithm, DigestAlgorithm::md5_sess);
  EXPECT_TRUE(challenge->qop_auth && challenge->stale && challenge->utf8 && challenge->userhash);
  EXPECT_EQ(challenge->opaque, "o");
}

TEST(ChallengeTest, MayHaveEmptyValues) {
  const auto challenge =
      parse_challenge(R"(Digest realm="", nonce="", opaque="", qop="", stale="")");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->realm, "");
  EXPECT_EQ(challenge->opaque, "");
  EXPECT_FALSE(challenge->has_qop());
  EXPECT_FALSE(challenge->stale);
  EXPECT_THAT(to_string(*challenge), HasSubstr("opaque=\"\""));
}

TEST(ChallengeTest, HasARealmWithoutEscapesAndAnOpaqueWithThem) {
  const auto challenge =
      parse_challenge(R"(Digest realm="a \"b\" \c", nonce="\\n", opaque="\"o\/")");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->realm, R"(a "b" c)");
  EXPECT_EQ(challenge->nonce, R"(\n)");
  EXPECT_EQ(challenge->opaque, R"(\"o\/)");
  EXPECT_THAT(to_string(*challenge), HasSubstr(R"(opaque="\"o\/")"));
}

TEST(ChallengeTest, OffersQopWhatItNames) {
  const auto offered = [](std::string_view options) {
    return parse_challenge("Digest realm=r,nonce=n,qop=\"" + std::string(options) + '"').value();
  };
  EXPECT_TRUE(offered("AUTH").qop_auth);
  EXPECT_TRUE(offered(" ,auth-int , ").qop_auth_int);
  EXPECT_FALSE(offered("auth-int").qop_auth);
  EXPECT_EQ(offered("auth-conf, token,no token").other_qop, "auth-conf,token");
  EXPECT_TRUE(offered("auth-conf").has_qop());
  EXPECT_FALSE(offered(" , ").has_qop());
}

TEST(ChallengeTest, ReadsBackAndMayBeCutOffAnywhere) {
  test::expect_good(
      parse_challenge,
      {R"(Digest realm="r", nonce="n")",
       R"(DIGEST nonce="n", REALM="r" , qop="auth,auth-int", opaque="", algorithm=SHA-512-256-sess)",
       R"(Digest realm=un quoted,nonce=a/b==,stale="TRUE",domain="sip:a sip:b",x=y,z="\"\\,")",
       R"(Digest realm="\"\\\,", nonce="\a", opaque="\a\"", charset=UTF-8, userhash=true)",
       R"(Digest ,realm=r,,nonce=n,qop="auth,x",)"});
}

TEST(ChallengeTest, IsRefusedWithThePlaceAndWhatWasExpected) {
  test::expect_bad(parse_challenge,
                   {{"", 0, "expected an authentication scheme"},
                    {R"(Basic realm="r")", 0, "expected the scheme Digest"},
                    {" Bearer", 1, "expected the scheme Digest"},
                    {R"(Digest nonce="n")", 16, "expected a realm parameter"},
                    {R"(Digest realm="r")", 16, "expected a nonce parameter"},
                    {"Digest", 6, "expected a realm parameter"},
                    {R"(Digest realm="r, nonce="n")", 24, "expected \",\" after the value"},
                    {R"(Digest realm="r", nonce="n)", 24, "unterminated quoted string"},
                    {R"(Digest realm="r", Realm="q", nonce=n)", 18, "parameter given twice"},
                    {R"(Digest realm=r, nonce=n, algorithm=AKAv1-MD5)", 35,
                     "expected the algorithm MD5, SHA-256 or SHA-512-256"},
                    {R"(Digest realm=r, nonce=n, algorithm="")", 36,
                     "expected the algorithm MD5, SHA-256 or SHA-512-256"}});
}

TEST(ChallengeTest, WithAnUnknownAlgorithmCanBeScanned) {
  const auto parts = scan_challenge("Digest realm=r, nonce=n, algorithm=AKAv2-MD5");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->algorithm, std::nullopt);
  EXPECT_EQ(parts->algorithm_name, "AKAv2-MD5");
}

TEST(ChallengeTest, HasSoManyParametersAndNoMore) {
  const auto with = [](std::size_t count) {
    std::string text = "Digest realm=r,nonce=n";
    for (std::size_t i = 2; i < count; ++i) text += ",x=y";
    return parse_challenge(text);
  };
  ASSERT_TRUE(with(limits::kAuthParameters));
  EXPECT_EQ(with(limits::kAuthParameters)->parameters.size(), limits::kAuthParameters - 2);
  test::expect_reads_back(parse_challenge, *with(limits::kAuthParameters));
  EXPECT_STREQ(with(limits::kAuthParameters + 1).error().what, "too many parameters");
  EXPECT_STREQ(with(10 * limits::kAuthParameters).error().what, "too many parameters");
}

TEST(ChallengeTest, OfAnyValuesReadsBack) {
  test::ValueMaker make(8760);
  for (int i = 0; i < 2000; ++i) {
    Challenge challenge;
    challenge.realm = make.text();
    challenge.nonce = make.text();
    if (make.coin()) challenge.opaque = quote(make.text());
    if (challenge.opaque)
      *challenge.opaque = challenge.opaque->substr(1, challenge.opaque->size() - 2);
    challenge.algorithm = static_cast<DigestAlgorithm>(make.below(6));
    challenge.qop_auth = make.coin();
    challenge.qop_auth_int = make.coin();
    if (make.coin()) challenge.other_qop = "x-" + make.token() + ",x-" + make.token();
    challenge.stale = make.coin();
    challenge.utf8 = make.coin();
    challenge.userhash = make.coin();
    challenge.parameters = make.parameters();
    for (Parameter& parameter : challenge.parameters) {
      if (!parameter.value) parameter.value = "\"\"";
    }
    test::expect_reads_back(parse_challenge, challenge);
  }
}

TEST(ChallengeTest, CannotBreakOutOfItsHeaderField) {
  Challenge challenge;
  challenge.realm = "a\r\nContact: <sip:evil>";
  challenge.opaque = "o\r\nVia: x";
  challenge.parameters = {{"x", "\"a\r\nb\""}};
  EXPECT_THAT(to_string(challenge), Not(HasSubstr("\n")));
  EXPECT_TRUE(parse_challenge(to_string(challenge)));
}

}  // namespace
}  // namespace godwit::sip
