// SPDX-License-Identifier: Apache-2.0
#include "audio/resampler.h"

#include <gtest/gtest.h>

#include <tuple>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

Sound resample(int from, int to, const Sound& sound) {
  Resampler resampler(from, to);
  const std::size_t ten_ms = static_cast<std::size_t>(from) / 100;
  Sound all;
  Sound out(resampler.most_out(ten_ms));
  for (std::size_t i = 0; i + ten_ms <= sound.size(); i += ten_ms) {
    const std::size_t made = resampler.process(std::span{sound}.subspan(i, ten_ms), out);
    EXPECT_EQ(made, static_cast<std::size_t>(to) / 100);
    all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(made));
  }
  return all;
}

class ResamplerTest : public testing::TestWithParam<std::tuple<int, int>> {
 protected:
  const int from_ = std::get<0>(GetParam());
  const int to_ = std::get<1>(GetParam());
  const std::size_t second_ = static_cast<std::size_t>(from_);
};

TEST_P(ResamplerTest, ATonePassesAndTenMillisecondsStayTenMilliseconds) {
  const Sound out = resample(from_, to_, test::sine(from_, 1000, second_));
  const auto steady = std::span{out}.subspan(out.size() / 10);
  EXPECT_NEAR(test::level(steady), 8192 / std::numbers::sqrt2, 60);
  // Late by what `latency` says: compared with a sine that begins so much later.
  const double late = static_cast<double>(Resampler(from_, to_).latency().count()) * 1e-6 * to_;
  Sound expected(out.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double turns = 1000 * (static_cast<double>(i) - late) / to_;
    expected[i] = test::sample_of(8192 * std::sin(2 * std::numbers::pi * turns));
  }
  EXPECT_GT(test::signal_to_noise(std::span{expected}.subspan(out.size() / 10), steady), 22);
}

TEST_P(ResamplerTest, WhatTheOtherRateCannotHoldIsNotHeard) {
  if (to_ * 0.65 > from_ * 0.5) return;  // it holds all that there can be
  const Sound out = resample(from_, to_, test::sine(from_, to_ * 0.65, second_));
  EXPECT_LT(test::level(std::span{out}.subspan(out.size() / 10)), 1);  // 75 dB and more
}

TEST_P(ResamplerTest, DelaysByFourMillisecondsAtMost) {
  EXPECT_LE(Resampler(from_, to_).latency(), std::chrono::milliseconds{4});
}

TEST_P(ResamplerTest, TheTelephoneBandPassesWhole) {
  for (const double frequency : {300.0, 3400.0}) {
    const Sound out = resample(from_, to_, test::sine(from_, frequency, second_ / 2));
    const double level = test::level(std::span{out}.subspan(out.size() / 10));
    EXPECT_NEAR(20 * std::log10(level / (8192 / std::numbers::sqrt2)), 0, 0.1) << frequency;
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, ResamplerTest,
                         testing::Combine(testing::Values(8000, 16'000, 32'000, 44'100, 48'000),
                                          testing::Values(8000, 16'000, 32'000, 44'100, 48'000)));

TEST(ResamplerLengthTest, OddLengthsKeepTheirTime) {
  Resampler resampler(8000, 44'100);
  const Sound in(8000);
  Sound out(50'000);
  std::size_t made = 0;
  for (std::size_t i = 0, n = 1; i < in.size(); i += n, n = n % 170 + 13) {
    n = std::min(n, in.size() - i);
    const std::size_t some = resampler.process(std::span{in}.subspan(i, n), out);
    EXPECT_LE(some, resampler.most_out(n));
    made += some;
  }
  EXPECT_NEAR(static_cast<double>(made), 44'100, 1);
}

TEST(ResamplerLengthTest, ForgetsWhatItHeard) {
  Resampler resampler(8000, 16'000);
  Sound out(320);
  resampler.process(Sound(160, 10'000), out);
  resampler.reset();
  resampler.process(Sound(160), out);
  EXPECT_EQ(test::energy(out), 0);
}

}  // namespace
}  // namespace godwit::audio
