// SPDX-License-Identifier: Apache-2.0
#include "audio/frame_queue.h"

#include <gtest/gtest.h>

namespace godwit::audio {
namespace {

using Frame = std::array<std::int16_t, kFrameSamples>;

class FrameQueueTest : public ::testing::Test {
 protected:
  void push(int value) {
    Frame frame;
    frame.fill(static_cast<std::int16_t>(value));
    queue_.push(frame);
  }
  int pull() {
    Frame frame;
    frame.fill(-1);
    queue_.pull(frame);
    EXPECT_EQ(frame.front(), frame.back());
    return frame.front();
  }

  FrameQueue queue_;
};

TEST_F(FrameQueueTest, GivesFramesInOrderAndSilenceWhenThereIsNone) {
  push(1);
  push(2);
  EXPECT_EQ(pull(), 1);
  EXPECT_EQ(pull(), 2);
  EXPECT_EQ(pull(), 0);
}

TEST_F(FrameQueueTest, DropsTheOldestWhenNobodyPulls) {
  for (int i = 1; i <= 12; ++i) push(i);
  EXPECT_EQ(queue_.waiting(), FrameQueue::kMost);
  EXPECT_EQ(pull(), 3);
}

TEST_F(FrameQueueTest, AfterOneGapTicksThatSwapPlacesLoseNothingMore) {
  EXPECT_EQ(pull(), 0);
  for (int i = 1; i <= 1000; i += 2) {
    push(i);
    push(i + 1);  // one tick is late every time
    EXPECT_EQ(pull(), i);
    EXPECT_EQ(pull(), i + 1);
  }
}

TEST_F(FrameQueueTest, ADelayThatNobodyNeedsGoesAway) {
  for (int i = 1; i <= 8; ++i) push(i);
  for (int i = 9; i < 2000; ++i) {
    push(i);
    EXPECT_NE(pull(), 0);
  }
  EXPECT_LE(queue_.waiting(), 2U);
}

}  // namespace
}  // namespace godwit::audio
