// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audio/audio_port.h"
#include "audio/sound_buffer.h"
#include "audio/time_stretch.h"
#include "godwit/time.h"

namespace godwit::media {

/// Keeps what was said while nothing could be sent, and says it afterwards a little faster than it was
/// said, at the same pitch, until it is in time again (`CallOptions::catch_up`). Stands between a
/// source and the encoder; as long as every frame leaves, it is not in the way.
class CatchUp {
 public:
  /// What is older is left out: so long a change is a break that the far end has noticed.
  static constexpr std::chrono::seconds kMost{2};
  /// Five frames of what was said make at least four that are sent.
  static constexpr std::size_t kMostSpeed = 4;

  explicit CatchUp(int rate = audio::kBaseRate);

  /// The frame that is to be sent now. Of the source it reads as much: what it says now is said later
  /// while something older waits.
  void read(audio::Source& source, std::span<std::int16_t> frame);
  /// The frame that was read last has not left, and will not: it is read again first.
  void give_back();
  /// What waits is not to be said any more: the call is held, or has another source.
  void forget();
  /// From now on frames are of this rate; what waits is brought to it.
  void set_rate(int hz);
  /// How late what is said is sent.
  [[nodiscard]] Duration behind() const;

 private:
  void hurry(std::size_t frame);

  int rate_;
  audio::TimeStretch stretch_;
  audio::SoundBuffer waiting_{0};
  std::vector<std::int16_t> last_;  // the frame that was read last; empty once it was given back
  std::size_t earned_ = 0;  // samples that may be left out, for so many have been sent
  int refusals_ = 0;        // frames in a row in which there was nothing to leave out
};

}  // namespace godwit::media
