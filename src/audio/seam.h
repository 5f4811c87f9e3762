// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "audio/audio_port.h"

namespace godwit::audio {

/// Joins sound to sound that does not go on from it, without a click: for 5 ms what was heard last is
/// heard once more, backwards and fading out, while the new fades in.
class Seam {
 public:
  /// What was heard is now meant at this rate.
  void set_rate(int hz);
  /// Remembers the end of the frame.
  void heard(std::span<const std::int16_t> frame);
  /// The frame follows what was heard last. Not remembered: say `heard` of it too.
  void mend(std::span<std::int16_t> frame) const;

 private:
  static constexpr int kTails = 200;  // in a second: 5 ms

  std::array<std::int16_t, kMostRate / kTails> tail_{};
  std::size_t length_ = kBaseRate / kTails;
};

/// Fills `to` with `from`, drawn out or compressed to its length along straight lines: for a few
/// milliseconds where a rate changes, not for music.
void fit(std::span<const std::int16_t> from, std::span<std::int16_t> to);

}  // namespace godwit::audio
