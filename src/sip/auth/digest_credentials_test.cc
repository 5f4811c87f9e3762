// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kWhole =
    R"(Digest username="alice", realm="sip.example.test", nonce="awD0LW", uri="sip:a,b@h;x=%22",)"
    R"( response="3d68", algorithm=MD5, cnonce="f9f2", opaque="o\"", qop=auth, nc=0000002f)";

TEST(ScanDigestCredentialsTest, FindsAllPartsWhereTheyStand) {
  const auto parts = scan_digest_credentials(kWhole);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->username, "alice");
  EXPECT_EQ(parts->username_form, UsernameForm::quoted);
  EXPECT_EQ(parts->realm, "sip.example.test");
  EXPECT_EQ(parts->nonce, "awD0LW");
  EXPECT_EQ(parts->uri, "sip:a,b@h;x=%22");
  EXPECT_EQ(parts->response, "3d68");
  EXPECT_EQ(parts->cnonce, "f9f2");
  EXPECT_EQ(parts->opaque, R"(o\")");
  EXPECT_EQ(parts->algorithm, DigestAlgorithm::md5);
  EXPECT_EQ(parts->qop, Qop::auth);
  EXPECT_EQ(parts->nonce_count, 0x2fU);
  EXPECT_EQ(parts->unknown, 0U);
}

TEST(ScanDigestCredentialsTest, TellsAnEmptyValueFromAnAbsentOne) {
  const auto parts = scan_digest_credentials(
      R"(Digest username="", realm="", nonce="", uri="", response="", opaque="")");
  ASSERT_TRUE(parts);
  EXPECT_TRUE(parts->given.has(AuthName::opaque));
  EXPECT_FALSE(parts->given.has(AuthName::cnonce));
  EXPECT_EQ(parts->algorithm, DigestAlgorithm::md5);
  EXPECT_EQ(parts->qop, std::nullopt);
}

TEST(ScanDigestCredentialsTest, LeavesUnknownNamesEmpty) {
  const auto parts = scan_digest_credentials(
      "Digest username=u,realm=r,nonce=n,uri=x,response=0,algorithm=AKAv1-MD5,qop=new,cnonce=c,"
      "nc=00000001,auts=z");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->algorithm, std::nullopt);
  EXPECT_EQ(parts->algorithm_name, "AKAv1-MD5");
  EXPECT_EQ(parts->qop, std::nullopt);
  EXPECT_EQ(parts->qop_name, "new");
  EXPECT_EQ(parts->unknown, 1U);
}

TEST(DigestCredentialsTest, HoldEveryParameter) {
  const auto read = parse_digest_credentials(
      R"(DIGEST Username="\"a\"", REALM="r \\", nonce=n, uri=sip:a@b;lr, response="0", x="\y",)"
      R"( algorithm="sha-512-256-sess", qop="auth-int", nc="0000000a", cnonce="", opaque="\z")");
  ASSERT_TRUE(read);
  DigestCredentials expected;
  expected.username = R"("a")";
  expected.realm = R"(r \)";
  expected.nonce = "n";
  expected.uri = "sip:a@b;lr";
  expected.response = "0";
  expected.opaque = R"(\z)";
  expected.algorithm = DigestAlgorithm::sha512_256_sess;
  expected.qop = Qop::auth_int;
  expected.nonce_count = 10;
  expected.parameters = {{"x", R"("\y")"}};
  EXPECT_EQ(*read, expected);
}

TEST(DigestCredentialsTest, NameTheUserInThreeForms) {
  const std::string rest = R"(, realm="r", nonce="n", uri="x", response="0")";
  const auto read = [&](const std::string& form) {
    return parse_digest_credentials("Digest " + form + rest).value();
  };
  EXPECT_EQ(read("username=\"J\xc3\xa4s\xc3\xb8n\"").username, "J\xc3\xa4s\xc3\xb8n");

  const auto extended = read("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, userhash=false");
  EXPECT_EQ(extended.username, "J\xc3\xa4s\xc3\xb8n Doe");
  EXPECT_EQ(extended.username_form, UsernameForm::extended);
  EXPECT_THAT(to_string(extended), HasSubstr("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe,"));

  const auto hashed = read("username=\"4888\", userhash=TRUE");
  EXPECT_EQ(hashed.username, "4888");
  EXPECT_EQ(hashed.username_form, UsernameForm::hashed);
  EXPECT_THAT(to_string(hashed), HasSubstr("userhash=true, username=\"4888\""));
}

TEST(DigestCredentialsTest, QuoteAUserNameThatIsNoUtf8) {
  DigestCredentials credentials;
  credentials.username = "J\xe4s";
  credentials.username_form = UsernameForm::extended;
  EXPECT_THAT(to_string(credentials), HasSubstr("username=\"J\xe4s\","));
}

TEST(DigestCredentialsTest, WithoutQopCarryNoCount) {
  DigestCredentials credentials;
  credentials.cnonce = "c";
  const std::string text = to_string(credentials);
  EXPECT_THAT(text, Not(HasSubstr("nc=")));
  EXPECT_THAT(text, Not(HasSubstr("qop")));
  EXPECT_EQ(parse_digest_credentials(text)->nonce_count, std::nullopt);
}

TEST(DigestCredentialsTest, ReadBackAndMayBeCutOffAnywhere) {
  test::expect_good(
      parse_digest_credentials,
      {kWhole, R"(Digest username="u",realm="r",nonce="n",uri="x",response="0")",
       R"(Digest username*=UTF-8'en'%e2%82%ac, realm=r r, nonce=a==, uri=sip:a, response=0, y=z)",
       R"(Digest qop=auth-int,nc=ffffffff,cnonce="\"",username="u",realm="",nonce="",uri="",response="")",
       R"(Digest userhash="true", username="0", realm="r", nonce="n", uri="x", response="0", q="\"")"});
}

TEST(DigestCredentialsTest, AreRefusedWithThePlaceAndWhatWasExpected) {
  test::expect_bad(
      parse_digest_credentials,
      {{"", 0, "expected an authentication scheme"},
       {"NoOneKnowsThisScheme x=y", 0, "expected the scheme Digest"},
       {"Digest realm=r,nonce=n,uri=x,response=0", 39, "expected a username parameter"},
       {"Digest username=u,nonce=n,uri=x,response=0", 42, "expected a realm parameter"},
       {"Digest username=u,realm=r,uri=x,response=0", 42, "expected a nonce parameter"},
       {"Digest username=u,realm=r,nonce=n,response=0", 44, "expected a uri parameter"},
       {"Digest username=u,realm=r,nonce=n,uri=x", 39, "expected a response parameter"},
       {"Digest username=u,username*=UTF-8''u,realm=r,nonce=n,uri=x,response=0", 69,
        "expected either username or username*"},
       {"Digest username*=UTF-8''u,userhash=true,realm=r,nonce=n,uri=x,response=0", 72,
        "expected username with userhash=true"},
       {"Digest username*=UTF-8''%u,realm=r,nonce=n,uri=x,response=0", 24,
        "expected two hexadecimal digits after \"%\""},
       {"Digest username=u,USERNAME=v,realm=r,nonce=n,uri=x,response=0", 18,
        "parameter given twice"},
       {"Digest username=u,realm=r,nonce=n,uri=x,response=0,qop=auth,nc=00000001", 71,
        "expected a cnonce parameter with qop"},
       {"Digest username=u,realm=r,nonce=n,uri=x,response=0,qop=auth,cnonce=c", 68,
        "expected an nc parameter with qop"},
       {"Digest nc=1,username=u", 10, "expected eight hexadecimal digits in lower case"},
       {"Digest nc=0000000g", 10, "expected eight hexadecimal digits in lower case"},
       {"Digest nc=\"0000000A\"", 11, "expected eight hexadecimal digits in lower case"},
       {"Digest username=u,realm=r,nonce=n,uri=x,response=0,qop=new,nc=00000001,cnonce=c", 55,
        "expected the qop auth or auth-int"},
       {"Digest username=u,realm=r,nonce=n,uri=x,response=0,algorithm=SHA-1", 61,
        "expected the algorithm MD5, SHA-256 or SHA-512-256"},
       {R"(Digest username="u",realm="r", Digest username="v")", 38,
        "expected \"=\" after the parameter name"}});
}

TEST(DigestCredentialsTest, HaveSoManyParametersAndNoMore) {
  const auto with = [](std::size_t count) {
    std::string text = "Digest username=u,realm=r,nonce=n,uri=x,response=0";
    for (std::size_t i = 5; i < count; ++i) text += ",x=y";
    return parse_digest_credentials(text);
  };
  ASSERT_TRUE(with(limits::kAuthParameters));
  EXPECT_EQ(with(limits::kAuthParameters)->parameters.size(), limits::kAuthParameters - 5);
  test::expect_reads_back(parse_digest_credentials, *with(limits::kAuthParameters));
  EXPECT_STREQ(with(limits::kAuthParameters + 1).error().what, "too many parameters");
  EXPECT_STREQ(with(10 * limits::kAuthParameters).error().what, "too many parameters");
}

TEST(DigestCredentialsTest, OfAnyValuesReadBack) {
  test::ValueMaker make(7616);
  for (int i = 0; i < 2000; ++i) {
    DigestCredentials credentials;
    credentials.username_form = static_cast<UsernameForm>(make.below(3));
    const bool extended = credentials.username_form == UsernameForm::extended;
    credentials.username = extended ? make.token() + "\xc3\xa4 \"\\" : make.text();
    credentials.realm = make.text();
    credentials.nonce = make.text();
    credentials.uri = make.text();
    credentials.response = make.text();
    if (make.coin()) credentials.opaque = make.token();
    credentials.algorithm = static_cast<DigestAlgorithm>(make.below(6));
    if (make.coin()) {
      credentials.nonce_count = make.number();
      credentials.cnonce = make.text();
      credentials.qop = make.coin() ? Qop::auth : Qop::auth_int;
    }
    credentials.parameters = make.parameters();
    for (Parameter& parameter : credentials.parameters) {
      if (!parameter.value) parameter.value = "\"\"";
    }
    test::expect_reads_back(parse_digest_credentials, credentials);
  }
}

TEST(DigestCredentialsTest, CannotBreakOutOfTheirHeaderField) {
  DigestCredentials credentials;
  for (const auto form : {UsernameForm::quoted, UsernameForm::extended, UsernameForm::hashed}) {
    credentials.username_form = form;
    credentials.username = "a\r\nContact: <sip:evil>";
    EXPECT_THAT(to_string(credentials), Not(HasSubstr("\n")));
    EXPECT_TRUE(parse_digest_credentials(to_string(credentials)));
  }
}

}  // namespace
}  // namespace godwit::sip
