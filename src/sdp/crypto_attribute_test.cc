// SPDX-License-Identifier: Apache-2.0
#include "sdp/crypto_attribute.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/random.h"
#include "crypto/base64.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

constexpr std::string_view kKey = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

std::string crypto(std::string_view keys) {
  return "1 AES_CM_128_HMAC_SHA1_80 " + std::string(keys);
}

// RFC 4568 §4.1, §9.1
TEST(CryptoAttributeTest, ReadsTheExamplesOfTheRfc) {
  const auto read = parse_crypto(
      "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4 "
      "FEC_ORDER=FEC_SRTP");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tag, 1U);
  EXPECT_EQ(read->suite, "AES_CM_128_HMAC_SHA1_80");
  ASSERT_EQ(read->keys.size(), 1U);
  EXPECT_EQ(read->keys[0].key_and_salt, crypto::from_base64(kKey));
  EXPECT_EQ(read->keys[0].key_and_salt.size(), 30U);
  EXPECT_EQ(read->keys[0].lifetime, 1U << 20);
  EXPECT_EQ(read->keys[0].mki, (MasterKeyId{1, 4}));
  EXPECT_EQ(read->session_parameters, (std::vector<std::string>{"FEC_ORDER=FEC_SRTP"}));
  test::expect_good(
      parse_crypto,
      {crypto("inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4 FEC_ORDER=FEC_SRTP"),
       "2 F8_128_HMAC_SHA1_80 "
       "inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm|2^20|1:4;"
       "inline:QUJjZGVmMTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5|2^20|2:4 KDR=23 -X"});
}

TEST(CryptoAttributeTest, TakesLifetimeAndMkiEachAlone) {
  EXPECT_EQ(parse_crypto(crypto("inline:Zm9v|1000"))->keys[0].lifetime, 1000U);
  EXPECT_EQ(parse_crypto(crypto("inline:Zm9v|7:1"))->keys[0].mki, (MasterKeyId{7, 1}));
  EXPECT_EQ(to_string(*parse_crypto(crypto("INLINE:Zg|1048576"))), crypto("inline:Zg==|2^20"));
}

TEST(CryptoAttributeTest, SaysWhatIsWrong) {
  const char* const no_lifetime = "expected a lifetime of 1 to 2^48 packets";
  const char* const no_mki = "expected an MKI, \":\" and its length of 1 to 128";
  const char* const no_key = "expected a key in base64";
  const char* const no_inline = "expected \"inline:\" and a key";
  test::expect_bad(parse_crypto, {{"", 0, "expected a tag of up to nine digits"},
                                  {"1234567890 X inline:Zg", 0},
                                  {"1 ", 2, "expected a crypto suite"},
                                  {"1 A-B inline:Zg", 2, "expected a crypto suite"},
                                  {"1 AB", 4, no_inline},
                                  {"1 AB other:Zg", 5, no_inline},
                                  {"1 AB inline:", 12, no_key},
                                  {"1 AB inline:Z", 12, no_key},
                                  {"1 AB inline:Zg;", 15, no_inline},
                                  {"1 AB inline:Zg|", 15, no_lifetime},
                                  {"1 AB inline:Zg|0", 15, no_lifetime},
                                  {"1 AB inline:Zg|2^49", 15, no_lifetime},
                                  {"1 AB inline:Zg|281474976710657", 15, no_lifetime},
                                  {"1 AB inline:Zg|1:0", 15, no_mki},
                                  {"1 AB inline:Zg|1:129", 15, no_mki},
                                  {"1 AB inline:Zg|256:1", 15, no_mki},
                                  {"1 AB inline:Zg|1:1|1", 19, "expected nothing after the key"},
                                  {"1 AB inline:Zg|1|2", 17, "expected nothing after the key"}});
}

TEST(CryptoAttributeTest, AKeyThatIsReplacedTakesTheOldOneAlong) {
  CryptoKey key(std::vector<std::uint8_t>(30, 1));
  key.mki = MasterKeyId{1, 4};
  const CryptoKey other(std::vector<std::uint8_t>(28, 2));
  key = other;
  EXPECT_EQ(key, other);
  CryptoKey taken = std::move(key);
  EXPECT_EQ(taken, other);
}

TEST(CryptoAttributeTest, HoldsAsManyKeysAsTheLimit) {
  const auto text_of = [](std::size_t count) {
    std::string keys = "inline:Zg==";
    while (--count > 0) keys += ";inline:Zg==";
    return crypto(keys);
  };
  EXPECT_TRUE(parse_crypto(text_of(limits::kCryptoKeys)));
  EXPECT_FALSE(parse_crypto(text_of(limits::kCryptoKeys + 1)));
  EXPECT_FALSE(parse_crypto(text_of(10 * limits::kCryptoKeys)));
}

TEST(CryptoAttributeTest, ReadsBackWhateverItHolds) {
  SeededRandom random(8);
  for (int i = 0; i < 300; ++i) {
    CryptoAttribute value{
        static_cast<std::uint32_t>(random.below(1'000'000'000)), "AEAD_AES_256_GCM", {}, {}};
    for (auto count = 1 + random.below(3); count > 0; --count) {
      CryptoKey key;
      key.key_and_salt.resize(1 + random.below(50));
      random.fill(std::as_writable_bytes(std::span(key.key_and_salt)));
      if (random.below(2) == 0) key.lifetime = std::uint64_t{1} << random.below(49);
      if (random.below(4) == 0) key.lifetime = 1 + random.below(1'000'000);
      if (random.below(2) == 0) key.mki = MasterKeyId{random.below(256), 1};
      if (random.below(4) == 0) key.mki = MasterKeyId{random.u64(), 128};
      value.keys.push_back(key);
    }
    while (random.below(2) == 0) value.session_parameters.push_back("KDR=" + random.token(1));
    test::expect_reads_back(parse_crypto, value);
  }
}

}  // namespace
}  // namespace godwit::sdp
