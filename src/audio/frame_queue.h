// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audio/audio_port.h"
#include "audio/seam.h"

namespace godwit::audio {

/// Carries sound from one clock to another of the same rate whose ticks are apart, or late, and whose
/// frames may be of another length.
///
/// What is not there in time is replaced by silence, and from then on as much more waits: the delay
/// grows to what the clocks need. It shrinks again when for two seconds more has waited than that, a
/// period of the voice each half second (TimeStretch). Nothing of this clicks.
class FrameQueue {
 public:
  FrameQueue();

  /// What waits is fitted to this rate.
  void set_rate(int hz);
  /// Beyond 200 ms the oldest is dropped.
  void push(std::span<const std::int16_t> frame);
  /// Fills the frame: silence where nothing waits.
  void pull(std::span<std::int16_t> frame);
  [[nodiscard]] std::size_t waiting() const { return size_; }  // samples

  static constexpr std::size_t kMostBlocks = 20;  // of 10 ms

 private:
  [[nodiscard]] std::size_t block() const { return samples_.size() / kMostBlocks; }
  [[nodiscard]] std::span<std::int16_t> straighten();
  void copy_out(std::span<std::int16_t> to);
  void drop(std::size_t count);
  [[nodiscard]] std::size_t after(std::size_t index, std::size_t count) const;
  void watch(std::size_t pulled);

  std::vector<std::int16_t> samples_;  // a ring
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  Seam seam_;
  bool heard_any_ = false;
  bool torn_ = false;  // what waits does not go on from what was pulled last
  std::size_t least_;  // that waited after a pull, in this window
  std::size_t pulled_ = 0;  // in this window
};

}  // namespace godwit::audio
