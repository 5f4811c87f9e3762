// SPDX-License-Identifier: Apache-2.0
#include "audio/digit_tones.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audio/audio_port.h"
#include "audio/tone_detector.h"

namespace godwit::audio {
namespace {

using namespace std::chrono_literals;

TEST(DigitTonesTest, EveryDigitIsItsTwoTones) {
  for (std::size_t key = 0; key < kDigits.size(); ++key) {
    DigitTones tones;
    ASSERT_TRUE(tones.queue(kDigits.substr(key, 1), 100ms));
    std::vector<std::int16_t> sound(800);
    tones.replace(sound);
    const double row = tone_share(sound, kRowTones[key / 4]);
    const double column = tone_share(sound, kColumnTones[key % 4]);
    EXPECT_GT(row + column, 0.95) << kDigits[key];
    EXPECT_NEAR(column / row, 1.58, 0.1) << "2 dB";
  }
}

TEST(DigitTonesTest, TakesThePlaceOfSoundForItsTimeAndThePauseOnly) {
  DigitTones tones;
  ASSERT_TRUE(tones.queue("5", 50ms));
  std::vector<std::int16_t> sound(1600, 77);
  for (std::size_t at = 0; at < sound.size(); at += kFrameSamples) {
    tones.replace(std::span{sound}.subspan(at, kFrameSamples));
  }
  for (std::size_t i = 400; i < 880; ++i) ASSERT_EQ(sound[i], 0) << i;
  for (std::size_t i = 880; i < sound.size(); ++i) ASSERT_EQ(sound[i], 77) << i;
  EXPECT_FALSE(tones.active());
}

TEST(DigitTonesTest, BeginsAndEndsWithoutAClick) {
  DigitTones tones;
  ASSERT_TRUE(tones.queue("1", 50ms));
  std::vector<std::int16_t> sound(400);
  tones.replace(sound);
  EXPECT_EQ(sound.front(), 0);
  EXPECT_LT(std::abs(sound.back()), 2000);
}

TEST(DigitTonesTest, SoundsTheSameAtEveryRateAndAcrossAChange) {
  DigitTones tones;
  ASSERT_TRUE(tones.queue("5", 200ms));
  for (const int hz : {8000, 16'000, 48'000, 32'000}) {
    tones.set_rate(hz);
    std::vector<std::int16_t> sound(block_of(hz) * 5);
    tones.replace(sound);
    EXPECT_GT(tone_share(sound, 770, hz) + tone_share(sound, 1336, hz), 0.95) << hz;
  }
  std::vector<std::int16_t> pause(320 * 6, 77);
  tones.replace(pause);
  EXPECT_EQ(power(pause), 0);
  EXPECT_FALSE(tones.active());
}

TEST(DigitTonesTest, TheQueueIsBounded) {
  DigitTones tones;
  EXPECT_TRUE(tones.queue(std::string(DigitTones::kMaxQueue, '1'), 40ms));
  EXPECT_FALSE(tones.queue("1", 40ms));
}

}  // namespace
}  // namespace godwit::audio
