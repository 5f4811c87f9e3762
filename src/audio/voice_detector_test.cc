// SPDX-License-Identifier: Apache-2.0
#include "audio/voice_detector.h"

#include <gtest/gtest.h>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

Sound mix(const Sound& a, const Sound& b) {
  Sound sum(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = test::sample_of(a[i] + b[i]);
  return sum;
}

class VoiceDetectorTest : public testing::TestWithParam<int> {
 protected:
  /// The share of frames with a voice in them.
  double heard_in(const Sound& sound) {
    std::size_t voices = 0;
    std::size_t frames = 0;
    const std::size_t frame = second_ / 50;
    for (std::size_t i = 0; i + frame <= sound.size(); i += frame, ++frames) {
      const auto part = std::span{sound}.subspan(i, frame);
      if (detector_.hears(part, autocorrelate(part))) ++voices;
    }
    return static_cast<double>(voices) / static_cast<double>(frames);
  }

  const int hz_ = GetParam();
  const std::size_t second_ = static_cast<std::size_t>(hz_);
  VoiceDetector detector_{hz_};
};

TEST_P(VoiceDetectorTest, SilenceIsNone) {
  EXPECT_EQ(heard_in(Sound(second_)), 0);
  EXPECT_EQ(heard_in(test::noise(second_, 3)), 0);
}

TEST_P(VoiceDetectorTest, SteadyNoiseIsNoneOnceItIsKnown) {
  EXPECT_EQ(heard_in(test::noise(second_ / 4, 100, 1)), 1);
  static_cast<void>(heard_in(test::noise(second_, 100, 2)));
  EXPECT_EQ(heard_in(test::noise(2 * second_, 100, 3)), 0);
}

TEST_P(VoiceDetectorTest, SpeechStandsOutFromNoise) {
  static_cast<void>(heard_in(test::noise(second_, 60, 1)));
  const Sound said = mix(test::speech(hz_, 130, 2 * second_), test::noise(2 * second_, 60, 2));
  const double share = heard_in(said);
  EXPECT_GT(share, 0.4);
  EXPECT_LT(share, 0.6);  // half of it are pauses
  EXPECT_LT(heard_in(test::noise(second_, 60, 3)), 0.02);
}

TEST_P(VoiceDetectorTest, AFaintHissIsHeardBesideAHum) {
  const auto hum = [&](std::uint64_t seed) {
    return mix(test::sine(hz_, 120, second_, 300), test::noise(second_, 10, seed));
  };
  static_cast<void>(heard_in(hum(1)));
  static_cast<void>(heard_in(hum(2)));
  EXPECT_GT(heard_in(mix(hum(3), test::noise(second_, 100, 4))), 0.9);
}

TEST_P(VoiceDetectorTest, AToneIsNoNoiseHoweverLongItLasts) {
  EXPECT_EQ(heard_in(test::sine(hz_, 440, 3 * second_, 500)), 1);
}

TEST_P(VoiceDetectorTest, LouderNoiseIsKnownTwoSecondsLater) {
  static_cast<void>(heard_in(test::noise(2 * second_, 50, 1)));
  EXPECT_GT(heard_in(test::noise(second_, 300, 2)), 0.9);
  static_cast<void>(heard_in(test::noise(2 * second_, 300, 3)));
  EXPECT_LT(heard_in(test::noise(second_, 300, 4)), 0.02);
}

TEST_P(VoiceDetectorTest, LoudIsNeverBackground) {
  EXPECT_EQ(heard_in(test::noise(4 * second_, 3000)), 1);
}

INSTANTIATE_TEST_SUITE_P(Rates, VoiceDetectorTest, testing::Values(8000, 16'000));

}  // namespace
}  // namespace godwit::audio
