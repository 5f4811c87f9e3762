// SPDX-License-Identifier: Apache-2.0
#include "audio/comfort_noise.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

std::vector<std::byte> payload_of(std::initializer_list<int> bytes) {
  std::vector<std::byte> payload;
  for (const int byte : bytes) payload.push_back(static_cast<std::byte>(byte));
  return payload;
}

NoiseDescription learned_from(int hz, const Sound& sound) {
  NoiseMeter meter(hz);
  const std::size_t frame = static_cast<std::size_t>(hz) / 50;
  for (std::size_t i = 0; i + frame <= sound.size(); i += frame) {
    meter.hear(autocorrelate(std::span{sound}.subspan(i, frame)), frame);
  }
  return meter.describe();
}

/// Noise with little left of high frequencies.
Sound dull_noise(std::size_t count) {
  Sound sound = test::noise(count, 1000);
  double last = 0;
  for (std::int16_t& sample : sound) {
    last = 0.1 * sample + 0.9 * last;
    sample = test::sample_of(last);
  }
  return sound;
}

TEST(ComfortNoisePayloadTest, LevelAndCoefficientsAreRead) {
  const auto read = parse_comfort_noise(payload_of({0x80 | 62, 127, 0, 254, 255, 200}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->level, 62);  // the first bit says nothing (RFC 3389 §3.1)
  EXPECT_EQ(read->reflection[0], 0);
  EXPECT_FLOAT_EQ(read->reflection[1], -127 * 258 / 32'768.0F);
  EXPECT_FLOAT_EQ(read->reflection[2], 127 * 258 / 32'768.0F);
  EXPECT_EQ(read->reflection[3], read->reflection[2]);
  EXPECT_FLOAT_EQ(read->reflection[4], 73 * 258 / 32'768.0F);
  EXPECT_EQ(read->reflection[5], 0);
}

TEST(ComfortNoisePayloadTest, AnyLengthIsTakenButNone) {
  EXPECT_FALSE(parse_comfort_noise({}));
  EXPECT_TRUE(parse_comfort_noise(payload_of({127})));
  const std::vector<std::byte> long_one(1400, std::byte{200});
  const auto read = parse_comfort_noise(long_one);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, *parse_comfort_noise(std::span{long_one}.first(13)));
}

TEST(ComfortNoisePayloadTest, WhatIsWrittenIsReadAgain) {
  for (int index = 0; index < 255; ++index) {
    auto payload = payload_of({index / 2});
    for (int i = 0; i < 10; ++i) payload.push_back(static_cast<std::byte>((index + 25 * i) % 255));
    const NoisePayload written = write_comfort_noise(*parse_comfort_noise(payload));
    EXPECT_TRUE(std::ranges::equal(written, payload)) << index;
  }
}

class ComfortNoiseTest : public testing::TestWithParam<int> {
 protected:
  const int hz_ = GetParam();
  const std::size_t second_ = static_cast<std::size_t>(hz_);
};

TEST_P(ComfortNoiseTest, IsAsLoudAsDescribed) {
  for (const int level : {30, 50, 70}) {
    ComfortNoise noise(hz_);
    noise.describe(*parse_comfort_noise(payload_of({level, 60, 140, 120})));
    Sound made(second_);
    noise.make(made);
    EXPECT_NEAR(20 * std::log10(test::level(made) / 32'768), -level, 1);
  }
}

TEST_P(ComfortNoiseTest, SoundsLikeWhatItWasLearnedFrom) {
  for (const Sound& background : {test::noise(second_, 100), dull_noise(second_)}) {
    const NoiseDescription description = learned_from(hz_, background);
    ComfortNoise noise(hz_);
    noise.describe(*parse_comfort_noise(write_comfort_noise(description)));
    Sound made(second_);
    noise.make(made);
    EXPECT_NEAR(20 * std::log10(test::level(made) / test::level(background)), 0, 1.5);
    EXPECT_NEAR(learned_from(hz_, made).reflection[0], description.reflection[0], 0.08);
  }
}

TEST_P(ComfortNoiseTest, ANewDescriptionIsApproachedWithoutAStep) {
  ComfortNoise noise(hz_);
  noise.describe({.level = 70});
  Sound made(second_);
  noise.make(made);
  noise.describe({.level = 30});
  const std::size_t ten_ms = second_ / 100;
  noise.make(std::span{made}.first(ten_ms));
  const double loud = 32'768 * std::pow(10, -30 / 20.0);
  EXPECT_LT(test::level(std::span{made}.first(ten_ms)), loud / 2);
  noise.make(std::span{made}.first(20 * ten_ms));
  EXPECT_NEAR(test::level(std::span{made}.subspan(10 * ten_ms, 10 * ten_ms)), loud, loud / 5);
}

INSTANTIATE_TEST_SUITE_P(Rates, ComfortNoiseTest, testing::Values(8000, 16'000, 48'000));

TEST(ComfortNoiseAtFirstTest, IsSilentBeforeTheFirstDescription) {
  ComfortNoise noise(8000);
  Sound made(160, 1);
  noise.make(made);
  EXPECT_EQ(test::energy(made), 0);
}

TEST(ComfortNoiseAtFirstTest, TheWorstDescriptionsStayInBounds) {
  ComfortNoise noise(8000);
  Sound made(800);
  for (int index = 0; index < 256; ++index) {
    auto payload = payload_of({0});
    for (int i = 0; i < 12; ++i) {
      payload.push_back(static_cast<std::byte>(i % 2 == 0 ? index : 255 - index));
    }
    noise.describe(*parse_comfort_noise(payload));
    noise.make(made);
  }
  noise.describe({.level = 60});
  noise.make(made);
  noise.make(made);
  noise.make(made);
  noise.make(made);
  EXPECT_LT(test::level(made), 100);  // what was loud has died away
}

TEST(NoiseMeterTest, SilenceIsTheQuietest) {
  EXPECT_EQ(NoiseMeter(8000).describe().level, 127);
  EXPECT_EQ(learned_from(8000, Sound(8000)).level, 127);
}

}  // namespace
}  // namespace godwit::audio
