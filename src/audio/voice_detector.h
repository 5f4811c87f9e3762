// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "audio/linear_prediction.h"

namespace godwit::audio {

/// Tells sound that is meant to be heard from steady noise in the background: what stands out from
/// the quietest of the last two seconds, in the whole band or among high frequencies alone ("s"),
/// what is loud, and tones. In doubt it is a voice.
class VoiceDetector {
 public:
  /// @param hz  8,000 to 48,000
  explicit VoiceDetector(int hz);

  /// @param correlation  of the same frame
  [[nodiscard]] bool hears(std::span<const std::int16_t> frame, const Autocorrelation& correlation);

 private:
  /// The least of about two seconds, in pieces of a quarter.
  class Floor {
   public:
    [[nodiscard]] bool is_exceeded_by(float decibels) const;
    void add(float decibels);
    void next_piece();

   private:
    std::array<float, 8> pieces_ = filled();
    std::size_t now_ = 0;
    static std::array<float, 8> filled();
  };

  std::size_t piece_;  // samples
  std::size_t in_piece_ = 0;
  std::size_t pieces_heard_ = 0;
  Floor whole_, high_;
};

}  // namespace godwit::audio
