// SPDX-License-Identifier: Apache-2.0
#include "ua/sound_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using ::testing::ElementsAre;
using std::chrono::milliseconds;

std::vector<std::string> texts_of(const std::vector<sdp::Format>& formats) {
  std::vector<std::string> texts;
  for (const auto& f : formats) {
    texts.push_back(std::to_string(f.payload_type) + " " + f.name + "/" +
                    std::to_string(f.clock_rate));
  }
  return texts;
}

TEST(SoundTermsTest, NamesCodecsInTheOrderOfTheOptionsAndEventsOfTheirClocks) {
  const SoundMeans means;
  CallOptions options;
  options.codecs = {"opus", "PCMA", "no such codec", "L16/16000", "pcma"};
  EXPECT_THAT(texts_of(sound_terms(options, means).formats),
              ElementsAre("96 opus/48000", "8 PCMA/8000", "97 L16/16000",
                          "101 telephone-event/8000", "98 telephone-event/48000",
                          "99 telephone-event/16000"));
}

TEST(SoundTermsTest, ComfortNoiseIsForCodecsOf8000Hz) {
  const SoundMeans means;
  CallOptions options;
  options.comfort_noise = true;
  options.codecs = {"PCMU"};
  EXPECT_THAT(texts_of(sound_terms(options, means).formats),
              ElementsAre("0 PCMU/8000", "13 CN/8000", "101 telephone-event/8000"));
  options.codecs = {"opus"};
  EXPECT_THAT(texts_of(sound_terms(options, means).formats),
              ElementsAre("96 opus/48000", "101 telephone-event/8000", "97 telephone-event/48000"));
}

TEST(SoundTermsTest, NeverGivesANumberTwice) {
  const SoundMeans means;
  std::vector<int> numbers;
  for (const auto& format : all_sound(means).formats) numbers.push_back(format.payload_type);
  auto once = numbers;
  std::sort(once.begin(), once.end());
  once.erase(std::unique(once.begin(), once.end()), once.end());
  EXPECT_EQ(once.size(), numbers.size());
  EXPECT_GT(numbers.size(), 6U);
}

TEST(SoundTermsTest, CodecsSayWhatTheyTakeAndHowMuchAPacketHolds) {
  const SoundMeans means;
  CallOptions options;
  options.codecs = {"opus", "L16/48000"};
  options.packet_time = milliseconds{40};
  const auto terms = sound_terms(options, means);
  EXPECT_EQ(terms.packet_time, milliseconds{40});
  const sdp::Format opus{111, "OPUS", 48000, 2, "stereo=1"};
  EXPECT_TRUE(terms.rules.takes(opus));
  EXPECT_FALSE(terms.rules.takes({0, "PCMU", 8000, 1, ""})) << "not among the options";
  EXPECT_FALSE(terms.rules.answer(opus).empty());
  EXPECT_EQ(terms.rules.packet_time({96, "L16", 48000, 1, ""}, milliseconds{20}), milliseconds{10});
  EXPECT_EQ(terms.rules.packet_time(opus, milliseconds{60}), milliseconds{60});
}

TEST(SoundTermsTest, PolicyFollowsTheAccountAndItsSignalling) {
  using Policy = sdp::ProtectionPolicy;
  for (const bool encrypted : {false, true}) {
    EXPECT_EQ(policy_for(MediaSecurity::off, encrypted), Policy::never);
    EXPECT_EQ(policy_for(MediaSecurity::preferred, encrypted), Policy::preferred);
    EXPECT_EQ(policy_for(MediaSecurity::required, encrypted), Policy::required);
  }
  EXPECT_EQ(policy_for(MediaSecurity::automatic, true), Policy::required);
  EXPECT_EQ(policy_for(MediaSecurity::automatic, false), Policy::accepted);
}

TEST(SoundTermsTest, ProtectionIsDescribedWithoutKeys) {
  EXPECT_EQ(describe(sdp::MediaProtection()), "");
  sdp::SdesProtection keys;
  keys.send.suite = "AES_CM_128_HMAC_SHA1_80";
  keys.send.keys.emplace_back(std::vector<std::uint8_t>{1, 2, 3});
  EXPECT_EQ(describe(keys), "SDES AES_CM_128_HMAC_SHA1_80");
  EXPECT_EQ(describe(sdp::DtlsProtection{}), "DTLS");
}

// RFC 5764 §4.1.2 has no profile for AES-CM of 256 bits.
TEST(SoundTermsTest, DtlsIsForAccountsWithASuiteThatItHas) {
  SoundMeans means;
  means.certificate = {{"sha-256", std::vector<std::uint8_t>(32, 1)}};
  SeededRandom random(1);
  Identity identity;
  identity.srtp_suites = {"AES_256_CM_HMAC_SHA1_80"};
  EXPECT_TRUE(protection_terms(identity, means, random).fingerprints.empty());
  identity.srtp_suites = {"AES_CM_128_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80", "AEAD_AES_128_GCM"};
  EXPECT_EQ(protection_terms(identity, means, random).fingerprints, means.certificate);
  EXPECT_THAT(identity.dtls_suites(), ElementsAre(srtp::Suite::aes_cm_128_hmac_sha1_80,
                                                  srtp::Suite::aead_aes_128_gcm));
}

}  // namespace
}  // namespace godwit::ua
