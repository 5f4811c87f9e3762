// SPDX-License-Identifier: Apache-2.0
#include "audio/noise_suppressor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "audio/tone_detector.h"
#include "audio/tone_source.h"
#include "base/random.h"

namespace godwit::audio {
namespace {

class NoiseSuppressorTest : public ::testing::Test {
 protected:
  std::vector<std::int16_t> noise() {
    std::vector<std::int16_t> frame(320);
    for (auto& sample : frame) sample = static_cast<std::int16_t>(random_.below(800)) - 400;
    return frame;
  }
  // @return power before and after, of so many frames of noise with what `add` adds
  template <class Add>
  std::pair<double, double> run(int frames, Add add) {
    double before = 0;
    double after = 0;
    for (int i = 0; i < frames; ++i) {
      auto frame = noise();
      add(frame);
      before += power(frame);
      suppressor_.clean(frame);
      after += power(frame);
    }
    return {before, after};
  }

  SeededRandom random_{9};
  NoiseSuppressor suppressor_{16'000};
};

TEST_F(NoiseSuppressorTest, SteadyNoiseIsTenDecibelsLowerAfterAWhile) {
  const auto nothing = [](std::vector<std::int16_t>&) {};
  run(100, nothing);
  const auto [before, after] = run(50, nothing);
  EXPECT_GT(10 * std::log10(before / after), 10) << "dB";
}

TEST_F(NoiseSuppressorTest, WhatRisesAboveItStays) {
  run(100, [](std::vector<std::int16_t>&) {});
  ToneSource voice(600);
  voice.set_rate(16'000);
  const auto [before, after] = run(15, [&](std::vector<std::int16_t>& frame) {
    std::vector<std::int16_t> said(frame.size());
    voice.read(said);
    for (std::size_t i = 0; i < frame.size(); ++i) {
      frame[i] = static_cast<std::int16_t>(frame[i] + said[i] / 2);
    }
  });
  EXPECT_NEAR(10 * std::log10(before / after), 0, 3) << "dB";
}

}  // namespace
}  // namespace godwit::audio
