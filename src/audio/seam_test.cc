// SPDX-License-Identifier: Apache-2.0
#include "audio/seam.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

TEST(SeamTest, ATornToneHasNoStepAtAnyRate) {
  for (const int hz : {8000, 16'000, 32'000, 48'000}) {
    ToneSource tone(400);
    tone.set_rate(hz);
    Seam seam;
    seam.set_rate(hz);
    std::vector<std::int16_t> sound(block_of(hz) + 11);
    tone.read(sound);
    seam.heard(sound);
    std::vector<std::int16_t> next(block_of(hz));
    tone.read(next);
    seam.mend(next);
    // A sine of 400 Hz moves by 8192 * 2 pi * 400 / hz at most; the fade adds a little.
    const int most = 22'000'000 / hz;
    EXPECT_LE(std::abs(next.front() - sound.back()), most) << hz;
    for (std::size_t i = 1; i < next.size(); ++i) ASSERT_LE(std::abs(next[i] - next[i - 1]), most) << hz;
  }
}

TEST(SeamTest, WhatWasHeardInSmallPiecesIsRememberedWhole) {
  Seam seam;
  std::vector<std::int16_t> sound(40, 1000);
  for (std::size_t at = 0; at < sound.size(); at += 10) seam.heard(std::span{sound}.subspan(at, 10));
  std::vector<std::int16_t> silence(80);
  seam.mend(silence);
  EXPECT_EQ(silence[0], 1000);
  EXPECT_EQ(silence[20], 500);
  EXPECT_EQ(silence[39], 25);
  EXPECT_EQ(silence[40], 0);
}

TEST(SeamTest, AChangeOfRateKeepsWhatWasHeard) {
  Seam seam;
  seam.heard(std::vector<std::int16_t>(40, 1000));
  seam.set_rate(48'000);
  std::vector<std::int16_t> silence(480);
  seam.mend(silence);
  EXPECT_EQ(silence[0], 1000);
  EXPECT_EQ(silence[120], 500);
  EXPECT_EQ(silence[240], 0);
}

TEST(FitTest, DrawsOutAndCompressesAlongStraightLines) {
  const std::vector<std::int16_t> from{0, 10, 20, 30};
  std::vector<std::int16_t> to(8);
  fit(from, to);
  EXPECT_EQ(to, (std::vector<std::int16_t>{0, 5, 10, 15, 20, 25, 30, 30}));
  std::vector<std::int16_t> back(4);
  fit(to, back);
  EXPECT_EQ(back, from);
  fit({}, back);
  EXPECT_EQ(back, std::vector<std::int16_t>(4));
}

}  // namespace
}  // namespace godwit::audio
