// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

DigestCredentials rfc2617_example() {
  DigestCredentials credentials;
  credentials.username = "Mufasa";
  credentials.realm = "testrealm@host.com";
  credentials.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
  credentials.uri = "/dir/index.html";
  credentials.opaque = "5ccc069c403ebaf9f0171e9517f40e41";
  credentials.cnonce = "0a4f113b";
  credentials.nonce_count = 1;
  return credentials;
}

DigestCredentials rfc7616_example(DigestAlgorithm algorithm) {
  DigestCredentials credentials;
  credentials.username = "Mufasa";
  credentials.realm = "http-auth@example.org";
  credentials.nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
  credentials.uri = "/dir/index.html";
  credentials.opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
  credentials.cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  credentials.nonce_count = 1;
  credentials.algorithm = algorithm;
  return credentials;
}

TEST(DigestResponseTest, GivesTheValueOfRfc2617) {
  EXPECT_EQ(digest_response(rfc2617_example(), "Circle Of Life", "GET"),
            "6629fae49393a05397450978507c4ef1");
}

TEST(DigestResponseTest, GivesTheValuesOfRfc7616) {
  EXPECT_EQ(digest_response(rfc7616_example(DigestAlgorithm::md5), "Circle of Life", "GET"),
            "8ca523f5e9506fed4657c9700eebdbec");
  EXPECT_EQ(digest_response(rfc7616_example(DigestAlgorithm::sha256), "Circle of Life", "GET"),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(DigestResponseTest, WithoutQopIsThatOfRfc2069) {
  DigestCredentials credentials = rfc2617_example();
  credentials.nonce_count.reset();
  EXPECT_EQ(digest_response(credentials, "Circle Of Life", "GET"),
            "670fd8c2df070c60b045671b8b24ff02");
}

TEST(VerifyTest, AcceptsTheRightPasswordOnly) {
  DigestCredentials credentials = rfc7616_example(DigestAlgorithm::sha256);
  credentials.response = digest_response(credentials, "secret", "REGISTER");
  EXPECT_TRUE(verify(credentials, "secret", "REGISTER"));
  EXPECT_FALSE(verify(credentials, "Secret", "REGISTER"));
  EXPECT_FALSE(verify(credentials, "secret", "INVITE"));
  credentials.response.clear();
  EXPECT_FALSE(verify(credentials, "secret", "REGISTER"));
}

TEST(ChallengeTest, ReadsEveryParameter) {
  const auto challenge = parse_challenge(
      R"(digest realm="biloxi.com", qop="auth-int, auth", nonce="84a4", opaque="5ccc",)"
      R"( stale=TRUE, algorithm=sha-256, domain="sip:x")");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(*challenge,
            (Challenge{"biloxi.com", "84a4", "5ccc", DigestAlgorithm::sha256, true, true}));
}

TEST(ChallengeTest, DefaultsToMd5WithoutQop) {
  const auto challenge = parse_challenge(R"(Digest realm="r", nonce="n")");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(*challenge, (Challenge{"r", "n", "", DigestAlgorithm::md5, false, false}));
}

TEST(ChallengeTest, ComesBackFromItsText) {
  const Challenge challenge{R"(a "b" \)", "n,1", "o", DigestAlgorithm::sha256, true, true};
  EXPECT_EQ(parse_challenge(to_string(challenge)).value(), challenge);
}

TEST(ChallengeTest, TellsWhatIsMissingFromWhatIsNotSupported) {
  const auto code = [](const char* text) { return parse_challenge(text).error().code; };
  EXPECT_EQ(code(R"(Digest nonce="n")"), Errc::malformed_message);
  EXPECT_EQ(code(R"(Digest realm="r")"), Errc::malformed_message);
  EXPECT_EQ(code(R"(Basic realm="r")"), Errc::unsupported);
  EXPECT_EQ(code(R"(Digest realm="r", nonce="n", algorithm=MD5-sess)"), Errc::unsupported);
  EXPECT_EQ(code(R"(Digest realm="r", nonce="n", algorithm=SHA-512-256)"), Errc::unsupported);
  EXPECT_EQ(code(R"(Digest realm="r", nonce="n", qop="auth-int")"), Errc::unsupported);
}

TEST(DigestCredentialsTest, ComeBackFromTheirText) {
  DigestCredentials credentials = rfc7616_example(DigestAlgorithm::sha256);
  credentials.username = R"(M"f\sa)";
  credentials.nonce_count = 0xabc;
  credentials.response = digest_response(credentials, "x", "INVITE");

  const auto read = parse_digest_credentials(to_string(credentials));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->username, credentials.username);
  EXPECT_EQ(read->realm, credentials.realm);
  EXPECT_EQ(read->nonce, credentials.nonce);
  EXPECT_EQ(read->uri, credentials.uri);
  EXPECT_EQ(read->opaque, credentials.opaque);
  EXPECT_EQ(read->cnonce, credentials.cnonce);
  EXPECT_EQ(read->algorithm, credentials.algorithm);
  EXPECT_EQ(read->nonce_count, credentials.nonce_count);
  EXPECT_TRUE(verify(*read, "x", "INVITE"));
}

TEST(DigestCredentialsTest, WithoutQopCarryNoCount) {
  DigestCredentials credentials = rfc2617_example();
  credentials.nonce_count.reset();
  const std::string text = to_string(credentials);
  EXPECT_THAT(text, Not(HasSubstr("nc=")));
  EXPECT_THAT(text, Not(HasSubstr("qop")));
  EXPECT_EQ(parse_digest_credentials(text)->nonce_count, std::nullopt);
}

TEST(DigestCredentialsTest, RefuseWhatCannotBeChecked) {
  const std::string base =
      R"(Digest username="u", realm="r", nonce="n", uri="sip:x", response="0")";
  const auto code = [&](const std::string& more) {
    return parse_digest_credentials(base + more).error().code;
  };
  EXPECT_TRUE(parse_digest_credentials(base));
  EXPECT_EQ(code(", qop=auth, nc=00000001"), Errc::malformed_message);
  EXPECT_EQ(code(R"(, qop=auth, cnonce="c")"), Errc::malformed_message);
  EXPECT_EQ(code(R"(, qop=auth, cnonce="c", nc=1)"), Errc::malformed_message);
  EXPECT_EQ(code(R"(, qop=auth, cnonce="c", nc=0000000g)"), Errc::malformed_message);
  EXPECT_EQ(code(R"(, qop=auth-int, cnonce="c", nc=00000001)"), Errc::unsupported);
  EXPECT_EQ(parse_digest_credentials(R"(Digest username="u", realm="r", nonce="n", uri="x")")
                .error()
                .code,
            Errc::malformed_message);
}

TEST(DigestCredentialsTest, CannotBreakOutOfTheirHeaderField) {
  DigestCredentials credentials = rfc2617_example();
  credentials.username = "a\r\nContact: <sip:evil>";
  EXPECT_THAT(to_string(credentials), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace godwit::sip
