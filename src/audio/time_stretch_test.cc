// SPDX-License-Identifier: Apache-2.0
#include "audio/time_stretch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <vector>

namespace godwit::audio {
namespace {

using StretchSamples = std::vector<std::int16_t>;

StretchSamples stretch_sine(int rate, double hz, std::size_t samples) {
  StretchSamples out(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    out[i] = static_cast<std::int16_t>(
        10000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
  }
  return out;
}

/// Something like a vowel: 200 pulses a second through a resonance at 700 Hz.
StretchSamples vowel(int rate, double hz, std::size_t samples) {
  StretchSamples out(samples);
  const double angle = 2 * std::numbers::pi * 700 / rate;
  const double decay = std::exp(-std::numbers::pi * 120 / rate);
  double y1 = 0;
  double y2 = 0;
  double until_pulse = 0;
  for (auto& sample : out) {
    const bool pulse = until_pulse <= 0;
    if (pulse) until_pulse += rate / hz;
    until_pulse -= 1;
    const double y = (pulse ? 1 : 0) + 2 * decay * std::cos(angle) * y1 - decay * decay * y2;
    y2 = y1;
    y1 = y;
    sample = static_cast<std::int16_t>(y * 4000 * std::sin(angle));
  }
  return out;
}

int largest_jump(const StretchSamples& sound) {
  int largest = 0;
  for (std::size_t i = 1; i < sound.size(); ++i) {
    largest = std::max(largest, std::abs(sound[i] - sound[i - 1]));
  }
  return largest;
}

/// How much of the power is not at the tone, after a Hann window: the splatter of a cut.
double splatter(const StretchSamples& sound, int rate, double hz) {
  double own = 0;
  double all = 0;
  const auto n = static_cast<double>(sound.size());
  for (double f = hz - 1500 < 100 ? 100 : hz - 1500; f < hz + 1500; f += 20) {
    double re = 0;
    double im = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
      const double t = static_cast<double>(i);
      const double w = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * t / n);
      re += w * sound[i] * std::cos(2 * std::numbers::pi * f * t / rate);
      im += w * sound[i] * std::sin(2 * std::numbers::pi * f * t / rate);
    }
    const double power = re * re + im * im;
    all += power;
    if (std::abs(f - hz) <= 80) own += power;
  }
  return 1 - own / all;
}

class TimeStretchTest : public ::testing::TestWithParam<int> {
 protected:
  [[nodiscard]] std::size_t ms(double value) const {
    return static_cast<std::size_t>(value * GetParam() / 1000);
  }
  /// Everything, each 40 ms of it shorter by what fits.
  StretchSamples shortened(StretchSamples sound, std::size_t* count = nullptr) {
    StretchSamples out;
    std::size_t at = 0;
    while (at + ms(40) <= sound.size()) {
      const std::size_t cut =
          stretch_.shorten(std::span{sound}.subspan(at, ms(40)), {.at_most = ms(15)});
      if (count != nullptr) *count += cut;
      at += cut;
      out.insert(out.end(), sound.begin() + static_cast<std::ptrdiff_t>(at),
                 sound.begin() + static_cast<std::ptrdiff_t>(at + ms(40) - cut));
      at += ms(40) - cut;
    }
    return out;
  }
  StretchSamples lengthened(const StretchSamples& sound, std::size_t* count = nullptr) {
    StretchSamples out{sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(ms(20))};
    StretchSamples extra(stretch_.longest());
    for (std::size_t at = ms(20); at + ms(20) <= sound.size(); at += ms(20)) {
      const std::size_t more = stretch_.lengthen(std::span{sound}.first(at + ms(20)), at, extra,
                                                 {.at_most = ms(15)});
      if (count != nullptr) *count += more;
      out.insert(out.end(), extra.begin(), extra.begin() + static_cast<std::ptrdiff_t>(more));
      out.insert(out.end(), sound.begin() + static_cast<std::ptrdiff_t>(at),
                 sound.begin() + static_cast<std::ptrdiff_t>(at + ms(20)));
    }
    return out;
  }

  TimeStretch stretch_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Rates, TimeStretchTest, ::testing::Values(8000, 16000, 32000, 48000));

TEST_P(TimeStretchTest, ALengthIsWhatItSays) {
  const auto sound = vowel(GetParam(), 200, ms(1000));
  std::size_t cut = 0;
  std::size_t more = 0;
  const auto shorter = shortened(sound, &cut);
  const auto longer = lengthened(sound, &more);
  EXPECT_EQ(shorter.size(), sound.size() - cut);
  EXPECT_EQ(longer.size(), sound.size() + more);
  EXPECT_GT(cut, ms(120)) << "it does something";
  EXPECT_GT(more, ms(120));
}

TEST_P(TimeStretchTest, AVoiceGoesOnWithoutAClick) {
  for (const double hz : {80.0, 110.0, 200.0, 330.0}) {
    const auto sound = vowel(GetParam(), hz, ms(1000));
    const int jump = largest_jump(sound);
    EXPECT_LE(largest_jump(shortened(sound)), jump + jump / 8) << hz;
    EXPECT_LE(largest_jump(lengthened(sound)), jump + jump / 8) << hz;
  }
}

TEST_P(TimeStretchTest, WhatIsCutOfAVoiceIsWholePeriods) {
  const auto sound = vowel(GetParam(), 200, ms(400));
  StretchSamples piece{sound.begin() + static_cast<std::ptrdiff_t>(ms(100)),
                       sound.begin() + static_cast<std::ptrdiff_t>(ms(140))};
  const auto cut = static_cast<double>(stretch_.shorten(piece, {.at_most = ms(15)}));
  const double periods = cut * 200 / GetParam();
  EXPECT_NEAR(periods, std::round(periods), 0.03);
  EXPECT_GE(periods, 0.9);
}

TEST_P(TimeStretchTest, ASineStaysOne) {
  for (const double hz : {200.0, 440.0, 1000.0}) {
    const auto sound = stretch_sine(GetParam(), hz, ms(400));
    EXPECT_LT(splatter(shortened(sound), GetParam(), hz), 0.01) << hz;
    EXPECT_LT(splatter(lengthened(sound), GetParam(), hz), 0.01) << hz;
    EXPECT_LE(largest_jump(shortened(sound)), largest_jump(sound) * 11 / 10) << hz;
    EXPECT_LE(largest_jump(lengthened(sound)), largest_jump(sound) * 11 / 10) << hz;
  }
}

TEST_P(TimeStretchTest, NeverMoreThanIsWished) {
  auto sound = vowel(GetParam(), 200, ms(100));
  EXPECT_LE(stretch_.shorten(sound, {.at_most = ms(6)}), ms(6));
  EXPECT_EQ(stretch_.shorten(sound, {.at_most = ms(2)}), 0U) << "no period is that short";
  EXPECT_EQ(stretch_.shorten(sound, {.at_most = 0}), 0U);
}

TEST_P(TimeStretchTest, SilenceChangesFreely) {
  StretchSamples sound(ms(30), 3);
  EXPECT_EQ(stretch_.shorten(sound, {.at_most = ms(15)}), ms(15));
  EXPECT_EQ(stretch_.shorten(sound, {.at_most = 7}), 7U);
  StretchSamples extra(ms(15));
  EXPECT_EQ(stretch_.lengthen(sound, ms(15), extra, {.at_most = ms(15)}), ms(15));
}

TEST_P(TimeStretchTest, NoiseIsLeftAloneUnlessItIsUrgent) {
  std::minstd_rand random{7};
  StretchSamples sound(ms(40));
  for (auto& sample : sound) sample = static_cast<std::int16_t>(static_cast<int>(random() % 8000) - 4000);
  auto copy = sound;
  EXPECT_EQ(stretch_.shorten(sound, {.at_most = ms(15)}), 0U);
  EXPECT_EQ(sound, copy);
  EXPECT_GT(stretch_.shorten(sound, {.at_most = ms(15), .likeness = -1}), 0U);
}

TEST_P(TimeStretchTest, ShortPiecesAreTakenToo) {
  const auto sound = vowel(GetParam(), 300, ms(200));
  StretchSamples extra(stretch_.longest());
  for (std::size_t size = 0; size < ms(12); ++size) {
    StretchSamples piece{sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)};
    EXPECT_LE(stretch_.lengthen(piece, size / 2, extra, {.at_most = ms(15)}), size / 2 + 1);
    EXPECT_LE(stretch_.shorten(piece, {.at_most = ms(15)}), size / 2);
  }
}

}  // namespace
}  // namespace godwit::audio
