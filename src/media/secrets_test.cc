// SPDX-License-Identifier: Apache-2.0
// Keys leave nothing behind in memory of ours once they are gone, from SDP or a handshake to the packets.
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "crypto/base64.h"
#include "sdp/sdes_exchange.h"
#include "support/dtls_pair.h"
#include "support/freed_memory.h"
#include "support/srtp_stream.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

const net::SocketAddress kFirstPlace = *net::SocketAddress::parse("10.1.0.2:40000");
const net::SocketAddress kSecondPlace = *net::SocketAddress::parse("10.2.0.2:40000");
const std::vector<std::string> kTwoSuites{"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"};

std::array<std::uint8_t, 30> secret() {
  std::array<std::uint8_t, 30> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(0xa0 + i);
  return bytes;
}
std::span<const std::uint8_t> as_bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Gives the same key to everybody.
class OneSecret final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override {
    const auto all = secret();
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(all.at(i % 30));
  }
};

TEST(SecretsTest, WhatIsNotWipedIsFound) {
  const auto watched = secret();
  const test::FreedMemory memory(watched);
  std::optional<std::vector<std::uint8_t>> careless(std::in_place, watched.begin(), watched.end());
  careless.reset();
  EXPECT_EQ(memory.found(), 1);
}

TEST(SecretsTest, AKeyThatIsReadCopiedAndMovedLeavesNothing) {
  const auto watched = secret();
  const std::string value = "1 AES_CM_128_HMAC_SHA1_80 inline:" + crypto::to_base64(watched) + "|2^20";
  const test::FreedMemory memory(watched);
  {
    auto read = sdp::parse_crypto(value);
    ASSERT_TRUE(read);
    std::vector<sdp::CryptoAttribute> many;
    for (int i = 0; i < 9; ++i) many.push_back(*read);
    sdp::CryptoAttribute other = many.front();
    other = std::move(*read);
    many.back().keys.front() = sdp::CryptoKey(std::vector<std::uint8_t>(46, 1));
    many.front().keys.front() = sdp::CryptoKey(std::vector<std::uint8_t>(8, 1));
    many.erase(many.begin());
    EXPECT_EQ(other.keys.front(), many.front().keys.front());
  }
  EXPECT_EQ(memory.found(), 0);
}

TEST(SecretsTest, AKeyThatIsNotTakenLeavesNothingEither) {
  const auto watched = secret();
  const std::string value = "1 AES_CM_128_HMAC_SHA1_80 inline:" + crypto::to_base64(watched);
  const std::span<const std::uint8_t> begin = std::span{watched}.first(24);
  const test::FreedMemory memory(begin);
  EXPECT_FALSE(sdp::parse_crypto(value + "|nonsense"));
  EXPECT_FALSE(sdp::parse_crypto(value + ";inline:!"));
  EXPECT_FALSE(sdp::parse_crypto(value + "**")) << "no base64, but the beginning was";
  EXPECT_EQ(memory.found(), 0);
}

TEST(SecretsTest, WritingAKeyLeavesItsTextNowhereElse) {
  const auto watched = secret();
  const std::string digits = crypto::to_base64(watched);
  const test::FreedMemory memory(as_bytes_of(digits));
  const sdp::CryptoAttribute two{
      1,
      "AES_CM_128_HMAC_SHA1_80",
      {sdp::CryptoKey({watched.begin(), watched.end()}), sdp::CryptoKey({watched.begin(), watched.end()})},
      {"WSH=64"}};
  const std::string written = sdp::to_string(two);
  EXPECT_NE(written.find(digits), std::string::npos);
  EXPECT_EQ(memory.found(), 0);
}

// Through offers, answers, a move, worn keys and a suite that is given up, to the end of the call.
TEST(SecretsTest, AnExchangeLeavesNoneOfItsKeys) {
  const auto watched = secret();
  const test::FreedMemory memory(watched);
  {
    OneSecret random;
    sdp::SdesExchange ours(kTwoSuites, &random), theirs(kTwoSuites, &random);
    std::vector<sdp::SdesProtection> agreed;
    for (const auto& place : {kFirstPlace, kFirstPlace, kSecondPlace}) {
      sdp::Media offer, answer;
      ours.put_offer(offer, place);
      const auto chosen = theirs.choose(offer);
      ASSERT_TRUE(chosen);
      agreed.push_back(theirs.put_answer(*chosen, answer, kSecondPlace));
      auto taken = ours.take_answer(answer);
      ASSERT_TRUE(taken);
      agreed.push_back(std::move(*taken));
      ours.renew();
    }
    sdp::CryptoAttribute other = agreed.front().receive;
    other.suite = kTwoSuites[1];
    sdp::Media line;
    agreed.push_back(theirs.put_answer(other, line, kSecondPlace));
    agreed.front() = agreed.back();
  }
  EXPECT_EQ(memory.found(), 0);
}

TEST(SecretsTest, NeitherWhoSendsNorWhoHearsKeepsAKeyThatIsGone) {
  const auto watched = test::srtp_key(srtp::Suite::aes_256_cm_hmac_sha1_80);
  const test::FreedMemory memory(watched.key_and_salt());
  {
    TimePoint now{1000s};
    std::vector<srtp::MasterKey> several;
    for (int i = 0; i < 5; ++i) several.push_back(watched);
    srtp::Incoming incoming;
    test::SrtpSender sender(7, several.back());
    incoming.use(several.front(), now);
    auto packet = sender.rtp(1);
    EXPECT_TRUE(incoming.open_rtp(packet, now));
    for (std::uint8_t seed = 2; seed < 8; ++seed, now += 2s) {
      incoming.use(test::srtp_key(srtp::Suite::aead_aes_128_gcm, seed), now);
      sender.outgoing().use(test::srtp_key(srtp::Suite::aead_aes_128_gcm, seed));
      packet = sender.rtp(seed);
      EXPECT_TRUE(incoming.open_rtp(packet, now));
    }
    incoming.use(several[1], now);
    srtp::Incoming elsewhere = std::move(incoming);
    elsewhere = srtp::Incoming();
  }
  EXPECT_EQ(memory.found(), 0);
}

// OpenSSL zeroes its own.
TEST(SecretsTest, AnAssociationKeepsNoKeysOnceItIsGone) {
  std::optional<test::DtlsPair> pair(std::in_place);
  pair->run(10s);
  ASSERT_TRUE(pair->keys_match());
  const auto keys = pair->client().keys();
  const test::FreedMemory memory(keys->send);
  auto copied = pair->client().keys();
  auto assigned = pair->server().keys();
  *assigned = *copied;
  auto moved = std::move(copied);
  pair->client().close(pair->now());
  EXPECT_EQ(pair->client().keys(), std::nullopt);
  moved.reset();
  assigned.reset();
  pair.reset();
  EXPECT_EQ(memory.found(), 0);
}

TEST(SecretsTest, ClosingTakesTheKeysAtOnce) {
  test::DtlsPair pair;
  pair.run(10s);
  const auto keys = pair.server().keys();
  ASSERT_TRUE(keys);
  const test::FreedMemory memory(keys->receive);
  pair.client().close(pair.now());
  pair.run(1s);
  EXPECT_EQ(pair.server().keys(), std::nullopt);
  EXPECT_EQ(memory.found(), 0);
}

}  // namespace
}  // namespace godwit::media
