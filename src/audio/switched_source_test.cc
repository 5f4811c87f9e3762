// SPDX-License-Identifier: Apache-2.0
#include "audio/switched_source.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "audio/memory_port.h"

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
