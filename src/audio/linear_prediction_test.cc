// SPDX-License-Identifier: Apache-2.0
#include "audio/linear_prediction.h"

#include <gtest/gtest.h>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

TEST(LinearPredictionTest, ThePowerIsTheFirst) {
  EXPECT_NEAR(autocorrelate(test::noise(8000, 1000))[0], 1e6, 5e4);
  EXPECT_NEAR(autocorrelate(test::sine(8000, 1000, 160, 1000))[0], 5e5, 2e4);
}

TEST(LinearPredictionTest, WhiteNoiseCannotBeForetold) {
  const Prediction prediction = predict(autocorrelate(test::noise(16'000, 1000)));
  EXPECT_GT(prediction.residue, 0.98);
  for (const float k : prediction.reflection) EXPECT_NEAR(k, 0, 0.05);
}

TEST(LinearPredictionTest, TheFilterOfFilteredNoiseIsFound) {
  const Sound white = test::noise(32'000, 500);
  Sound shaped(white.size());
  double last = 0;
  for (std::size_t i = 0; i < white.size(); ++i) {
    last = white[i] + 0.8 * last;  // 1 / (1 - 0.8 z^-1)
    shaped[i] = test::sample_of(last);
  }
  const Prediction prediction = predict(autocorrelate(shaped));
  EXPECT_NEAR(prediction.reflection[0], -0.8, 0.02);
  EXPECT_NEAR(prediction.reflection[1], 0, 0.03);
  EXPECT_NEAR(prediction.residue, 0.36, 0.03);
}

TEST(LinearPredictionTest, ToneIsForetold) {
  for (const double frequency : {200.0, 440.0, 1400.0, 3000.0}) {
    EXPECT_LT(predict(autocorrelate(test::sine(8000, frequency, 160))).residue, 0.005) << frequency;
  }
}

TEST(LinearPredictionTest, WithoutSoundThereIsNoFilter) {
  for (const Sound& sound : {Sound{}, Sound(1), Sound(160)}) {
    const Prediction prediction = predict(autocorrelate(sound));
    EXPECT_EQ(prediction.reflection, Prediction{}.reflection);
    EXPECT_EQ(prediction.residue, 1);
  }
}

TEST(LinearPredictionTest, CoefficientsStayBelowOne) {
  SeededRandom random(5);
  for (int i = 0; i < 300; ++i) {
    Sound sound(1 + random.below(300));
    random.fill(std::as_writable_bytes(std::span{sound}));
    if (i % 3 == 0) sound.assign(sound.size(), i % 2 == 0 ? 32'767 : -32'768);
    for (const float k : predict(autocorrelate(sound)).reflection) EXPECT_LT(std::abs(k), 1);
  }
}

TEST(LinearPredictionTest, TheFilterLeavesWhatCannotBeForetold) {
  const Sound tone = test::sine(8000, 700, 160);
  const auto filter = filter_of(predict(autocorrelate(tone)));
  EXPECT_EQ(filter[0], 1);
  double left = 0;
  for (std::size_t i = filter.size(); i < tone.size(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < filter.size(); ++k) sum += filter[k] * tone[i - k];
    left += sum * sum;
  }
  EXPECT_LT(left / test::energy(tone), 0.01);
}

}  // namespace
}  // namespace godwit::audio
