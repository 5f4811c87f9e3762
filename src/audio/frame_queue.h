// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "audio/audio_port.h"

namespace godwit::audio {

/// Carries frames from one clock to another of the same rate whose ticks are apart, or late.
///
/// A frame that is not there in time is replaced by silence, and from then on one more waits: the
/// delay grows to what the clocks need. It shrinks again by a frame when for two seconds more has
/// waited than that.
class FrameQueue {
 public:
  static constexpr std::size_t kMost = 10;  // 200 ms; beyond that the oldest frame is dropped

  void push(std::span<const std::int16_t> frame);
  /// Fills the frame: silence when none waits.
  void pull(std::span<std::int16_t> frame);
  [[nodiscard]] std::size_t waiting() const { return size_; }

 private:
  void drop_oldest();

  std::array<std::array<std::int16_t, kFrameSamples>, kMost> frames_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t least_ = kMost;  // that waited after a pull, in this window
  int pulls_ = 0;              // in this window
};

}  // namespace godwit::audio
