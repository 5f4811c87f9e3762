// SPDX-License-Identifier: Apache-2.0
#include "audio/frame_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

constexpr std::array kRates = {8000, 16'000, 32'000, 48'000};

class FrameQueueTest : public ::testing::Test {
 protected:
  void push(int value, std::size_t samples = kFrameSamples) {
    queue_.push(std::vector<std::int16_t>(samples, static_cast<std::int16_t>(value)));
  }
  std::vector<std::int16_t> pull(std::size_t samples = kFrameSamples) {
    std::vector<std::int16_t> frame(samples, -1);
    queue_.pull(frame);
    return frame;
  }

  FrameQueue queue_;
};

TEST_F(FrameQueueTest, GivesFramesInOrderAndSilenceWhenThereIsNone) {
  push(1);
  push(2);
  EXPECT_EQ(pull(), std::vector<std::int16_t>(kFrameSamples, 1));
  EXPECT_EQ(pull(), std::vector<std::int16_t>(kFrameSamples, 2));
  EXPECT_EQ(pull().back(), 0);
  EXPECT_EQ(pull(), std::vector<std::int16_t>(kFrameSamples, 0));
}

TEST_F(FrameQueueTest, FramesOfAnyLengthComeOutInAnyOther) {
  std::int16_t in = 0;
  std::int16_t out = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::int16_t> sixty(480);
    for (auto& sample : sixty) sample = in++;
    queue_.push(sixty);
    for (int tens = 0; tens < 6; ++tens) {
      for (const auto sample : pull(80)) ASSERT_EQ(sample, out++);
    }
  }
}

TEST_F(FrameQueueTest, DropsTheOldestWhenNobodyPulls) {
  for (int i = 1; i <= 12; ++i) push(i);
  EXPECT_EQ(queue_.waiting(), 10 * kFrameSamples);
  EXPECT_EQ(pull().back(), 3);
  push(7, 5000);
  EXPECT_EQ(queue_.waiting(), 1600U);
}

TEST_F(FrameQueueTest, AfterOneGapTicksThatSwapPlacesLoseNothingMore) {
  EXPECT_EQ(pull().back(), 0);
  for (int i = 1; i <= 1000; i += 2) {
    push(i);
    push(i + 1);  // one tick is late every time
    EXPECT_EQ(pull(), std::vector<std::int16_t>(kFrameSamples, static_cast<std::int16_t>(i)));
    EXPECT_EQ(pull(), std::vector<std::int16_t>(kFrameSamples, static_cast<std::int16_t>(i + 1)));
  }
}

/// Sound that goes through a queue, with what a click would be.
struct Passage {
  explicit Passage(int hz) : rate(hz), block(block_of(hz)) {
    queue.set_rate(hz);
    tone.set_rate(hz);
  }
  void say(std::size_t blocks) {
    std::vector<std::int16_t> frame(blocks * block);
    tone.read(frame);
    queue.push(frame);
  }
  void hear(std::size_t blocks) {
    std::vector<std::int16_t> frame(blocks * block);
    queue.pull(frame);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  [[nodiscard]] int steepest() const {
    int most = 0;
    for (std::size_t i = 1; i < heard.size(); ++i) most = std::max(most, std::abs(heard[i] - heard[i - 1]));
    return most;
  }
  [[nodiscard]] int usual() const { return 8192 * 7 * 350 / rate; }  // a little more than the tone's

  int rate;
  std::size_t block;
  FrameQueue queue;
  ToneSource tone{350};
  std::vector<std::int16_t> heard;
};

TEST_F(FrameQueueTest, ADelayThatNobodyNeedsGoesAwayWithoutAClick) {
  for (const int hz : kRates) {
    Passage passage(hz);
    passage.say(16);
    for (int i = 0; i < 3000; ++i) {
      passage.say(1);
      passage.hear(1);
    }
    EXPECT_LE(passage.queue.waiting(), 3 * passage.block) << hz;
    EXPECT_LE(passage.steepest(), passage.usual()) << hz;
    EXPECT_GT(tone_share(std::span{passage.heard}.last(passage.block * 100), 350, hz), 0.99) << hz;
  }
}

TEST_F(FrameQueueTest, AGapBeginsAndEndsWithoutAClick) {
  for (const int hz : kRates) {
    Passage passage(hz);
    passage.say(3);
    passage.hear(6);
    passage.say(3);
    passage.hear(3);
    EXPECT_LE(passage.steepest(), passage.usual()) << hz;
    EXPECT_LT(power(std::span{passage.heard}.subspan(4 * passage.block, passage.block)), 1) << hz;
  }
}

TEST_F(FrameQueueTest, AClockThatIsSlowerIsFollowed) {
  Passage passage(48'000);
  passage.say(2);
  for (int i = 0; i < 20'000; ++i) {
    passage.say(1);
    if (i % 1000 != 0) passage.hear(1);  // 0.1 % slow
    ASSERT_LE(passage.queue.waiting(), 6 * passage.block) << i;
  }
  EXPECT_LE(passage.steepest(), passage.usual());
}

TEST_F(FrameQueueTest, WhatWaitsIsKeptWhenTheRateChanges) {
  Passage passage(8000);
  passage.say(10);
  passage.hear(5);
  passage.queue.set_rate(16'000);
  EXPECT_EQ(passage.queue.waiting(), 5 * 160U);
  const std::size_t before = passage.heard.size();
  passage.block = 160;
  passage.hear(5);
  EXPECT_GT(tone_share(std::span{passage.heard}.subspan(before), 350, 16'000), 0.98);
  EXPECT_LE(passage.steepest(), passage.usual());
}

}  // namespace
}  // namespace godwit::audio
