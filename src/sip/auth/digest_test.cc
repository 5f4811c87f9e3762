// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

// Where the published vectors are from: RFC 2617 §3.5, RFC 7616 §3.9 and, for SIP methods,
// draft-smith-sipping-auth-examples-01. RFC 8760 has no exchange of its own; the one value it gives
// is in digest_terms_test.cc.

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

DigestCredentials sip_example(DigestAlgorithm algorithm = DigestAlgorithm::md5) {
  DigestCredentials credentials;
  credentials.username = "bob";
  credentials.realm = "biloxi.com";
  credentials.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
  credentials.uri = "sip:bob@biloxi.com";
  credentials.cnonce = "0a4f113b";
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

// RFC 7616 §3.9.2. The values that are printed there, username 4888…54ec and response ae66…79dd,
// are those of SHA-512 cut off after 256 bits, which SHA-512/256 is not. Erratum 4897 has these.
TEST(DigestResponseTest, GivesTheValuesOfTheErratumToRfc7616) {
  const Secret secret{"J\xc3\xa4s\xc3\xb8n Doe", "Secret, or not?"};
  const auto read = parse_digest_credentials(
      "Digest username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\", "
      "realm=\"api@example.org\", uri=\"/doe.json\", algorithm=SHA-512-256, "
      "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", nc=00000001, "
      "cnonce=\"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v\", qop=auth, "
      "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\", "
      "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", userhash=true");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->username, digest_userhash(read->algorithm, secret.username, read->realm));
  EXPECT_EQ(read->response, digest_response(*read, secret, "GET"));
  EXPECT_TRUE(verify(*read, secret, "GET"));
  EXPECT_FALSE(verify(*read, Secret{"Jason Doe", secret.password}, "GET"));
  EXPECT_FALSE(verify(*read, secret.password, "GET")) << "a hash is no name";
}

TEST(DigestResponseTest, GivesTheValuesOfTheSipExamples) {
  EXPECT_EQ(digest_key(sip_example(), {"bob", "zanzibar"}), "12af60467a33e8518da5c68bbff12b11");
  EXPECT_EQ(digest_response(sip_example(), "zanzibar", "INVITE"),
            "89eb0059246c02b2f6ee02c7961d5ea3");

  DigestCredentials without_qop = sip_example();
  without_qop.nonce_count.reset();
  EXPECT_EQ(digest_response(without_qop, "zanzibar", "INVITE"), "bf57e4e0d0bffc0fbaedce64d59add5e");

  EXPECT_EQ(digest_response(sip_example(DigestAlgorithm::md5_sess), "zanzibar", "INVITE"),
            "e4e4ea61d186d07a92c9e1f6919902e9");
}

TEST(DigestResponseTest, GivesTheValueOfTheSipExampleThatCoversABody) {
  constexpr std::string_view kBody =
      "v=0\r\n"
      "o=bob 2890844526 2890844526 IN IP4 media.biloxi.com\r\n"
      "s=-\r\n"
      "c=IN IP4 media.biloxi.com\r\n"
      "t=0 0\r\n"
      "m=audio 49170 RTP/AVP 0\r\n"
      "a=rtpmap:0 PCMU/8000\r\n"
      "m=video 51372 RTP/AVP 31\r\n"
      "a=rtpmap:31 H261/90000\r\n"
      "m=video 53000 RTP/AVP 32\r\n"
      "a=rtpmap:32 MPV/90000\r\n";
  ASSERT_EQ(digest_hash(DigestAlgorithm::md5, kBody), "c1ed018b8ec4a3b170c0921f5b564e48");
  DigestCredentials credentials = sip_example();
  credentials.qop = Qop::auth_int;
  EXPECT_EQ(digest_response(credentials, "zanzibar", "INVITE", kBody),
            "bdbeebb2da6adb6bca02599c2239e192");
}

TEST(DigestResponseTest, CoversTheBodyWithAuthIntOnly) {
  DigestCredentials credentials = sip_example(DigestAlgorithm::sha256);
  const auto plain = digest_response(credentials, "x", "INVITE", "body");
  EXPECT_EQ(plain, digest_response(credentials, "x", "INVITE"));
  credentials.qop = Qop::auth_int;
  const auto covering = digest_response(credentials, "x", "INVITE", "body");
  EXPECT_NE(covering, plain);
  EXPECT_NE(covering, digest_response(credentials, "x", "INVITE"));
}

TEST(VerifyTest, AcceptsTheRightPasswordOnlyWithEveryAlgorithmAndQop) {
  for (int algorithm = 0; algorithm < 6; ++algorithm) {
    for (const auto qop : {Qop::auth, Qop::auth_int}) {
      DigestCredentials credentials = sip_example(static_cast<DigestAlgorithm>(algorithm));
      credentials.qop = qop;
      credentials.response = digest_response(credentials, "secret", "REGISTER", "body");
      EXPECT_TRUE(verify(credentials, "secret", "REGISTER", "body"));
      EXPECT_FALSE(verify(credentials, "Secret", "REGISTER", "body"));
      EXPECT_FALSE(verify(credentials, "secret", "INVITE", "body"));
      EXPECT_EQ(verify(credentials, "secret", "REGISTER", "changed"), qop == Qop::auth);
      DigestCredentials replayed = credentials;
      ++*replayed.nonce_count;
      EXPECT_FALSE(verify(replayed, "secret", "REGISTER", "body"));
      credentials.response.clear();
      EXPECT_FALSE(verify(credentials, "secret", "REGISTER", "body"));
    }
  }
}

TEST(VerifyTest, TakesTheFormOfRfc2069WithMd5Only) {
  for (int algorithm = 0; algorithm < 6; ++algorithm) {
    DigestCredentials credentials = sip_example(static_cast<DigestAlgorithm>(algorithm));
    credentials.nonce_count.reset();
    credentials.response = digest_response(credentials, "secret", "REGISTER");
    EXPECT_EQ(verify(credentials, "secret", "REGISTER"), algorithm == 0);
  }
}

TEST(VerifyTest, WantsTheUserWhoseSecretItIs) {
  DigestCredentials credentials = sip_example();
  credentials.response = digest_response(credentials, "secret", "REGISTER");
  EXPECT_TRUE(verify(credentials, Secret{"bob", "secret"}, "REGISTER"));
  EXPECT_FALSE(verify(credentials, Secret{"alice", "secret"}, "REGISTER"));
}

TEST(VerifyTest, TakesTheKeyOfTheSessionThatTheNoncesBegin) {
  const DigestCredentials first = sip_example(DigestAlgorithm::sha256_sess);
  DigestCredentials later = first;
  later.nonce = "next";
  const Secret secret{"bob", "zanzibar"};
  EXPECT_NE(digest_key(first, secret), digest_key(later, secret));
  later.response = response_with_key(later, digest_key(first, secret), "INVITE", "");
  EXPECT_FALSE(verify(later, secret, "INVITE")) << "it knows no sessions but the one just begun";
}

}  // namespace
}  // namespace godwit::sip
