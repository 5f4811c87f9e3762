// SPDX-License-Identifier: Apache-2.0
#include "audio/g722.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "support/sound.h"

namespace godwit::audio::g722 {
namespace {

using test::Sound;

// What ffmpeg 5.1 makes of the same; tests/audio/independent.sh compares much more.
TEST(G722Test, EncodesAsAnotherProgramDoes) {
  Sound sound(64);
  for (int i = 0; i < 64; ++i) {
    sound[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i * 7919 * 31 % 65'536 - 32'768);
  }
  constexpr std::array kExpected{0x20, 0x84, 0x20, 0x84, 0x22, 0x84, 0x96, 0x26, 0xac, 0x2d, 0xae,
                                 0x30, 0xb2, 0x33, 0xb5, 0x37, 0xb9, 0x3a, 0xbc, 0x3d, 0xbf, 0x1f,
                                 0x9d, 0x1b, 0x99, 0x18, 0x96, 0x15, 0x94, 0x14, 0xd3, 0x14};
  std::array<std::byte, 32> coded{};
  Encoder().encode(sound, coded);
  for (std::size_t i = 0; i < coded.size(); ++i) {
    EXPECT_EQ(std::to_integer<int>(coded[i]), kExpected[i]) << i;
  }
}

TEST(G722Test, DecodesAsAnotherProgramDoes) {
  std::array<std::byte, 16> coded{};
  for (std::size_t i = 0; i < coded.size(); ++i) coded[i] = static_cast<std::byte>(i * 37 % 256);
  const Sound expected{0,   0,  0,  -1,  -1,  0,  0, -2,  -1,  4,   -2, -15, 10, 29,  19,  -35,
                       -30, 10, 25, -33, -32, -5, 9, -10, -19, -34, 29, 30,  34, -75, -42, -9};
  Sound sound(32);
  Decoder().decode(coded, sound);
  EXPECT_EQ(sound, expected);
}

TEST(G722Test, PacketsOfAnyLengthMakeOneStream) {
  const Sound said = test::speech(16'000, 130, 3200);
  std::vector<std::byte> whole(1600);
  std::vector<std::byte> pieces(1600);
  Encoder().encode(said, whole);
  Encoder encoder;
  for (std::size_t i = 0, n = 1; i < pieces.size(); i += n, n = n % 97 + 5) {
    n = std::min(n, pieces.size() - i);
    encoder.encode(std::span{said}.subspan(2 * i, 2 * n), std::span{pieces}.subspan(i, n));
  }
  EXPECT_EQ(whole, pieces);
}

// Where libspandsp's decoder turns over to the other end of the range.
TEST(G722Test, WhatIsTooLoudIsCutOff) {
  Sound said = test::speech(16'000, 130, 16'000);
  for (std::int16_t& sample : said) sample = test::sample_of(4.0 * sample);
  std::vector<std::byte> coded(8000);
  Encoder().encode(said, coded);
  Sound heard(16'000);
  Decoder().decode(coded, heard);
  EXPECT_GT(test::best_signal_to_noise(std::span{said}.first(15'000), heard, 30), 25);
}

TEST(PredictorTest, StaysInBoundsWhateverItLearns) {
  SeededRandom random(11);
  Predictor predictor;
  for (int i = 0; i < 100'000; ++i) {
    predictor.learn(static_cast<int>(random.below(65'536)) - 32'768);
    ASSERT_LE(std::abs(predictor.expected() + 0.5), 32'768);
  }
}

TEST(ScaleTest, StepsGrowAndShrinkWithinTheirRange) {
  Scale scale(Scale::Band::low);
  EXPECT_EQ(scale.step(), 32);
  for (int i = 0; i < 20; ++i) scale.adapt(3042);
  EXPECT_EQ(scale.step(), 2048 << 3);  // nine octaves above the least
  for (int i = 0; i < 2000; ++i) scale.adapt(-60);
  EXPECT_EQ(scale.step(), 32);
}

}  // namespace
}  // namespace godwit::audio::g722
