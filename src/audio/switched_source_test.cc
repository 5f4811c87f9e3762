// SPDX-License-Identifier: Apache-2.0
#include "audio/switched_source.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "audio/memory_port.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

std::unique_ptr<Source> steady_tone(std::int16_t value) {
  return std::make_unique<MemorySource>(Samples{value}, Repeat::loop);
}

TEST(SwitchedSourceTest, TheNewSourceComesInWithoutAStep) {
  SwitchedSource source(steady_tone(8000));
  Samples heard(3 * kFrameSamples);
  source.read(std::span{heard}.first(kFrameSamples));
  source.switch_to(steady_tone(-8000));
  source.read(std::span{heard}.subspan(kFrameSamples, kFrameSamples));
  source.read(std::span{heard}.subspan(2 * kFrameSamples));
  for (std::size_t i = 1; i < heard.size(); ++i) {
    ASSERT_LE(std::abs(heard[i] - heard[i - 1]), 500) << i;
  }
  EXPECT_EQ(heard[kFrameSamples], 8000);
  EXPECT_EQ(heard[kFrameSamples + 40], -8000);
  EXPECT_EQ(heard.back(), -8000);
}

TEST(SwitchedSourceTest, ASourceOfAnotherRateComesInWithoutAStepToo) {
  SwitchedSource source(std::make_unique<ToneSource>(440));
  source.set_rate(16'000);
  Samples heard(960);
  source.read(std::span{heard}.first(320));
  source.switch_to(std::make_unique<ToneSource>(300));  // knows of 8,000 only
  source.read(std::span{heard}.subspan(320, 160));
  source.read(std::span{heard}.subspan(480));
  for (std::size_t i = 1; i < heard.size(); ++i) {
    ASSERT_LE(std::abs(heard[i] - heard[i - 1]), 1600) << i;
  }
  EXPECT_GT(tone_share(std::span{heard}.first(320), 440, 16'000), 0.9);
  EXPECT_GT(tone_share(std::span{heard}.subspan(480), 300, 16'000), 0.9);
}

TEST(SwitchedSourceTest, SwitchedTwiceAtOnceItGoesFromTheFirstToTheLast) {
  SwitchedSource source(steady_tone(100));
  source.switch_to(steady_tone(9999));
  source.switch_to(steady_tone(200));
  Samples frame(kFrameSamples);
  source.read(frame);
  EXPECT_EQ(frame.front(), 100);
  EXPECT_EQ(frame.back(), 200);
  for (const std::int16_t sample : frame) ASSERT_LE(sample, 200);
}

TEST(SwitchedSourceTest, EndsWithTheNewSource) {
  SwitchedSource source(std::make_unique<MemorySource>(Samples{}));
  EXPECT_TRUE(source.ended());
  source.switch_to(std::make_unique<MemorySource>(Samples{1}));
  EXPECT_FALSE(source.ended());
  Samples frame(kFrameSamples);
  source.read(frame);
  EXPECT_TRUE(source.ended());
}

}  // namespace
}  // namespace godwit::audio
