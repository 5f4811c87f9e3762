// SPDX-License-Identifier: Apache-2.0
#include "audio/tone_source.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "audio/silence.h"
#include "audio/tone_detector.h"

namespace godwit::audio {
namespace {

TEST(ToneSourceTest, PlaysItsToneWithoutEnd) {
  ToneSource source(440);
  std::array<std::int16_t, 160> frame{};
  for (int i = 0; i < 1000; ++i) source.read(frame);
  EXPECT_GT(tone_share(frame, 440), 0.95);
  EXPECT_LT(tone_share(frame, 1000), 0.05);
  EXPECT_NEAR(power(frame), 8192.0 * 8192.0 / 2, 4e6);
  EXPECT_FALSE(source.ended());
}

TEST(ToneSourceTest, FramesJoinWithoutAStep) {
  ToneSource source(440);
  std::vector<std::int16_t> joined(1600);
  for (std::size_t at = 0; at < joined.size(); at += 160) {
    source.read(std::span{joined}.subspan(at, 160));
  }
  EXPECT_GT(tone_share(joined, 440), 0.999);
}

TEST(ToneSourceTest, SoundsTheSameAtEveryRateAndGoesOnWhereTheRateChanges) {
  ToneSource source(1000);
  std::vector<std::int16_t> frame;
  std::int16_t last = 0;
  for (const int hz : {8000, 16'000, 48'000, 32'000, 8000}) {
    source.set_rate(hz);
    frame.resize(block_of(hz) * 6);
    source.read(frame);
    EXPECT_GT(tone_share(frame, 1000, hz), 0.999) << hz;
    EXPECT_LT(std::abs(frame.front() - last), 6500) << hz;
    last = frame.back();
  }
}

TEST(SilenceTest, SilenceIsSilent) {
  SilenceSource source;
  std::array<std::int16_t, 160> frame{};
  frame.fill(7);
  source.read(frame);
  EXPECT_EQ(power(frame), 0);
  NullSink().write(frame);
}

}  // namespace
}  // namespace godwit::audio
