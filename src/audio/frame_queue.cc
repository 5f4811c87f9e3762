// SPDX-License-Identifier: Apache-2.0
#include "audio/frame_queue.h"

#include <algorithm>

#include "base/assert.h"

namespace godwit::audio {
namespace {

constexpr int kWindow = 100;           // pulls: two seconds
constexpr std::size_t kSuperfluous = 2;  // one frame in reserve is left, against late ticks

}  // namespace

void FrameQueue::push(std::span<const std::int16_t> frame) {
  GODWIT_ASSERT(frame.size() == kFrameSamples);
  if (size_ == kMost) drop_oldest();
  std::ranges::copy(frame, frames_[(first_ + size_) % kMost].begin());
  ++size_;
}

void FrameQueue::pull(std::span<std::int16_t> frame) {
  GODWIT_ASSERT(frame.size() == kFrameSamples);
  if (size_ == 0) {
    std::ranges::fill(frame, std::int16_t{0});
  } else {
    std::ranges::copy(frames_[first_], frame.begin());
    drop_oldest();
  }
  least_ = std::min(least_, size_);
  if (++pulls_ < kWindow) return;
  if (least_ >= kSuperfluous) drop_oldest();
  least_ = kMost;
  pulls_ = 0;
}

void FrameQueue::drop_oldest() {
  first_ = (first_ + 1) % kMost;
  --size_;
}

}  // namespace godwit::audio
