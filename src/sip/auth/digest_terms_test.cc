// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest_terms.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

constexpr DigestAlgorithm kAll[] = {
    DigestAlgorithm::md5,         DigestAlgorithm::md5_sess,   DigestAlgorithm::sha256,
    DigestAlgorithm::sha256_sess, DigestAlgorithm::sha512_256, DigestAlgorithm::sha512_256_sess,
};

TEST(DigestAlgorithmTest, IsKnownByItsNameInAnyCase) {
  for (const auto algorithm : kAll) {
    EXPECT_EQ(digest_algorithm_from_name(to_string(algorithm)), algorithm);
  }
  EXPECT_EQ(digest_algorithm_from_name("sha-512-256-SESS"), DigestAlgorithm::sha512_256_sess);
  for (const char* name : {"", "MD", "MD5-", "SHA256", "SHA-512", "AKAv1-MD5", "MD5-session"}) {
    EXPECT_EQ(digest_algorithm_from_name(name), std::nullopt) << name;
  }
}

TEST(DigestAlgorithmTest, IsStrongerTheLongerItsHashResists) {
  EXPECT_GT(strength(DigestAlgorithm::sha512_256), strength(DigestAlgorithm::sha256));
  EXPECT_GT(strength(DigestAlgorithm::sha256), strength(DigestAlgorithm::md5));
  EXPECT_EQ(strength(DigestAlgorithm::sha256_sess), strength(DigestAlgorithm::sha256));
}

TEST(DigestAlgorithmTest, OfASessionHashesLikeTheOneWithout) {
  for (std::size_t i = 0; i < std::size(kAll); i += 2) {
    EXPECT_FALSE(is_session(kAll[i]));
    EXPECT_TRUE(is_session(kAll[i + 1]));
    EXPECT_EQ(digest_hash(kAll[i], "x"), digest_hash(kAll[i + 1], "x"));
  }
  EXPECT_NE(digest_hash(DigestAlgorithm::sha256, "x"),
            digest_hash(DigestAlgorithm::sha512_256, "x"));
}

// RFC 8760 §2.6 gives this one value: H(entity-body) of a message without a body.
TEST(DigestAlgorithmTest, HashesAnEmptyBodyAsRfc8760Says) {
  EXPECT_EQ(digest_hash(DigestAlgorithm::sha256, ""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // RFC 3261 §22.4 gives the one of MD5.
  EXPECT_EQ(digest_hash(DigestAlgorithm::md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
}

TEST(QopTest, IsKnownByItsName) {
  EXPECT_EQ(qop_from_name("AUTH"), Qop::auth);
  EXPECT_EQ(qop_from_name("auth-int"), Qop::auth_int);
  EXPECT_EQ(qop_from_name("auth-conf"), std::nullopt);
  EXPECT_EQ(to_string(Qop::auth), "auth");
  EXPECT_EQ(to_string(Qop::auth_int), "auth-int");
}

TEST(NonceCountTest, IsEightLowerCaseHexadecimalDigits) {
  EXPECT_EQ(nonce_count_from_text("00000001"), 1U);
  EXPECT_EQ(nonce_count_from_text("deadbeef"), 0xdeadbeefU);
  EXPECT_EQ(nonce_count_from_text("ffffffff"), 0xffffffffU);
  for (const char* text : {"", "1", "0000001", "000000001", "0000000A", "0000000g", "+0000001",
                           "-0000001", " 0000001", "0x000001"}) {
    EXPECT_EQ(nonce_count_from_text(text), std::nullopt) << text;
  }
  for (const std::uint32_t count : {0U, 1U, 0xabcU, 0x80000000U, 0xffffffffU}) {
    EXPECT_EQ(nonce_count_from_text(nonce_count_text(count)), count);
  }
}

}  // namespace
}  // namespace godwit::sip
