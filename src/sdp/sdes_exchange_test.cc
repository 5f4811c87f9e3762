// SPDX-License-Identifier: Apache-2.0
#include "sdp/sdes_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/base64.h"

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string k128 = "AES_CM_128_HMAC_SHA1_80";
const std::string k256 = "AES_256_CM_HMAC_SHA1_80";
const std::string kGcm = "AEAD_AES_128_GCM";

const net::SocketAddress kHome = *net::SocketAddress::parse("10.1.0.2:40000");
const net::SocketAddress kOtherPort = *net::SocketAddress::parse("10.1.0.2:40002");
const net::SocketAddress kAway = *net::SocketAddress::parse("[2001:db8::2]:40000");

std::string key_of(std::size_t size, std::uint8_t fill) {
  return "inline:" + crypto::to_base64(std::vector<std::uint8_t>(size, fill));
}
Media line_of(std::initializer_list<std::string> cryptos) {
  Media line;
  for (const std::string& crypto : cryptos) line.attributes.push_back({"crypto", crypto});
  return line;
}
std::vector<CryptoAttribute> cryptos_in(const Media& line) {
  std::vector<CryptoAttribute> cryptos;
  for (const Attribute& attribute : line.attributes) {
    cryptos.push_back(*parse_crypto(attribute.value));
  }
  return cryptos;
}

class SdesExchangeTest : public ::testing::Test {
 protected:
  using Suites = SdesExchange::Suites;
  std::vector<CryptoAttribute> offer(const net::SocketAddress& here, Suites suites = Suites::all) {
    Media line;
    sdes_.put_offer(line, here, suites);
    return cryptos_in(line);
  }
  SdesProtection answer(const std::string& crypto, const net::SocketAddress& here) {
    Media line;
    const auto chosen = sdes_.choose(line_of({crypto}));
    EXPECT_TRUE(chosen) << crypto;
    if (!chosen) return {};
    const auto keys = sdes_.put_answer(*chosen, line, here);
    EXPECT_THAT(cryptos_in(line), ElementsAre(keys.send));
    return keys;
  }
  bool takes(const std::string& crypto) const { return sdes_.choose(line_of({crypto})).has_value(); }

  SeededRandom random_{7};
  SdesExchange sdes_{{k256, k128}, &random_};
};

TEST_F(SdesExchangeTest, OffersEachSuiteWithAKeyOfItsSize) {
  const auto offered = offer(kHome);
  ASSERT_EQ(offered.size(), 2U);
  EXPECT_EQ(offered[0].tag, 1U);
  EXPECT_EQ(offered[0].suite, k256);
  EXPECT_EQ(offered[0].keys.at(0).key_and_salt.size(), 46U);
  EXPECT_EQ(offered[1].tag, 2U);
  EXPECT_EQ(offered[1].suite, k128);
  EXPECT_EQ(offered[1].keys.at(0).key_and_salt.size(), 30U);
}

TEST_F(SdesExchangeTest, AgreesOnTheSuiteWhoseTagTheAnswerRepeats) {
  const auto offered = offer(kHome);
  const std::string theirs = "2 " + k128 + " " + key_of(30, 5);
  const auto keys = sdes_.take_answer(line_of({theirs}));
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->send, offered[1]);
  EXPECT_EQ(to_string(keys->receive), theirs);
}

// RFC 4568 §7.1.3
TEST_F(SdesExchangeTest, TakesNoAnswerThatDoesNotFitTheOffer) {
  static_cast<void>(offer(kHome));
  for (const std::string& wrong :
       {"1 " + k128 + " " + key_of(30, 5), "3 " + k128 + " " + key_of(30, 5),
        "2 " + k128 + " " + key_of(29, 5), "2 " + k128 + " " + key_of(30, 5) + " UNENCRYPTED_SRTP",
        std::string("2 nonsense")}) {
    EXPECT_FALSE(sdes_.take_answer(line_of({wrong}))) << wrong;
  }
  EXPECT_FALSE(sdes_.take_answer(Media{}));
}

TEST_F(SdesExchangeTest, AnswersWithTheOffersTagAndAKeyOfOurOwn) {
  const auto keys = answer("17 " + k128 + " " + key_of(30, 5), kHome);
  EXPECT_EQ(keys.send.tag, 17U);
  EXPECT_EQ(keys.send.suite, k128);
  EXPECT_EQ(keys.receive.keys.at(0).key_and_salt, std::vector<std::uint8_t>(30, 5));
  EXPECT_NE(keys.send.keys, keys.receive.keys);
}

TEST_F(SdesExchangeTest, ChoosesTheFirstOfTheirsThatItCanDo) {
  const auto chosen = sdes_.choose(line_of({"1 " + kGcm + " " + key_of(28, 1),
                                            "2 F8_128_HMAC_SHA1_80 " + key_of(30, 1),
                                            "3 " + k128 + " " + key_of(30, 1),
                                            "4 " + k256 + " " + key_of(46, 1)}));
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->tag, 3U);
}

// RFC 4568 §6.3
TEST_F(SdesExchangeTest, RefusesWhatItWouldHaveToDoAndCannot) {
  const std::string plain = "1 " + k128 + " " + key_of(30, 1);
  EXPECT_TRUE(takes(plain));
  EXPECT_TRUE(takes(plain + "|2^31|1:4")) << "lifetime and MKI";
  EXPECT_TRUE(takes(plain + " WSH=128 -FUTURE"));
  for (const char* const parameter :
       {"UNENCRYPTED_SRTP", "UNENCRYPTED_SRTCP", "UNAUTHENTICATED_SRTP", "KDR=2",
        "FEC_ORDER=FEC_SRTP", "FEC_KEY=inline:Zm9v", "FUTURE"}) {
    EXPECT_FALSE(takes(plain + " " + parameter)) << parameter;
  }
  EXPECT_FALSE(takes(plain + "|1:4;" + key_of(30, 2) + "|2:4")) << "two keys";
}

// RFC 4568 §7.1.4
TEST_F(SdesExchangeTest, KeysStayAsLongAsOurAddressDoes) {
  const auto first = offer(kHome);
  EXPECT_EQ(offer(kHome), first);
  const auto other_port = offer(kOtherPort);
  const auto away = offer(kAway);
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_NE(other_port[i].keys, first[i].keys);
    EXPECT_NE(away[i].keys, other_port[i].keys);
    EXPECT_NE(offer(kHome)[i].keys, first[i].keys) << "back again: that key has been used";
  }
}

TEST_F(SdesExchangeTest, AnswersFollowTheSameRule) {
  const std::string crypto = "1 " + k128 + " " + key_of(30, 1);
  const auto first = answer(crypto, kHome);
  EXPECT_EQ(answer("9 " + k128 + " " + key_of(30, 2), kHome).send.keys, first.send.keys)
      << "they have moved, we have not";
  const auto moved = answer(crypto, kAway);
  EXPECT_NE(moved.send.keys, first.send.keys);
  EXPECT_EQ(offer(kAway)[1].keys, moved.send.keys) << "and so does our own next offer";
}

TEST_F(SdesExchangeTest, TheSuiteInUseIsOfferedAloneWithTheTagThatItHas) {
  EXPECT_EQ(offer(kHome, Suites::in_use), offer(kHome)) << "none yet";
  const auto all = offer(kHome);
  ASSERT_TRUE(sdes_.take_answer(line_of({"2 " + k128 + " " + key_of(30, 5)})));
  EXPECT_THAT(offer(kHome, Suites::in_use), ElementsAre(all[1])) << "the same address, the same key";
  const auto away = offer(kAway, Suites::in_use);
  ASSERT_EQ(away.size(), 1U);
  EXPECT_EQ(away[0].suite, k128);
  EXPECT_NE(away[0].keys, all[1].keys);
  EXPECT_FALSE(sdes_.take_answer(line_of({"1 " + k256 + " " + key_of(46, 5)})))
      << "that was not in it";
  EXPECT_TRUE(sdes_.take_answer(line_of({"2 " + k128 + " " + key_of(30, 6)})));
}

TEST_F(SdesExchangeTest, AfterTheFarEndHasChangedSuitesThatOneIsInUse) {
  static_cast<void>(offer(kHome));
  ASSERT_TRUE(sdes_.take_answer(line_of({"1 " + k256 + " " + key_of(46, 5)})));
  const auto answered = answer("7 " + k128 + " " + key_of(30, 1), kHome);
  const auto ours = offer(kHome, Suites::in_use);
  ASSERT_EQ(ours.size(), 1U);
  EXPECT_EQ(ours[0].suite, k128);
  EXPECT_EQ(ours[0].keys, answered.send.keys);
  EXPECT_EQ(offer(kHome).size(), 2U) << "all of them when they are asked for";
}

TEST_F(SdesExchangeTest, ASuiteThatComesBackHasAnotherKey) {
  const auto first = answer("1 " + k128 + " " + key_of(30, 1), kHome);
  static_cast<void>(answer("1 " + k256 + " " + key_of(46, 1), kHome));
  EXPECT_NE(answer("1 " + k128 + " " + key_of(30, 1), kHome).send.keys, first.send.keys);
}

TEST(SdesExchange, IsImpossibleWithoutSuitesOrRandomNumbers) {
  SeededRandom random(1);
  EXPECT_TRUE(SdesExchange({kGcm}, &random).possible());
  EXPECT_FALSE(SdesExchange({kGcm}, nullptr).possible());
  EXPECT_FALSE(SdesExchange({"F8_128_HMAC_SHA1_80"}, &random).possible());
}

// RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.1
TEST(SdesExchange, KnowsTheSizesOfKeys) {
  EXPECT_EQ(key_and_salt_of("AES_CM_128_HMAC_SHA1_32"), 30U);
  EXPECT_EQ(key_and_salt_of("AES_256_CM_HMAC_SHA1_32"), 46U);
  EXPECT_EQ(key_and_salt_of("AEAD_AES_128_GCM"), 28U);
  EXPECT_EQ(key_and_salt_of("AEAD_AES_256_GCM"), 44U);
  EXPECT_EQ(key_and_salt_of("NULL_HMAC_SHA1_80"), std::nullopt);
}

}  // namespace
}  // namespace godwit::sdp
