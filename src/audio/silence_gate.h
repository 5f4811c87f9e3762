// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "audio/comfort_noise.h"
#include "audio/voice_detector.h"

namespace godwit::audio {

/// Decides what of our sound is sent when silence need not be (RFC 3389 §4): while somebody speaks
/// all of it, and for a short time after; then a description of the noise, again when it changes
/// and every 400 ms, so that the far end does not take us for gone.
class SilenceGate {
 public:
  enum class Send : std::uint8_t { sound, noise, nothing };

  /// @param hz  of the codec's samples
  explicit SilenceGate(int hz);

  /// @param frame  what would be sent next, 10 to 60 ms
  [[nodiscard]] Send judge(std::span<const std::int16_t> frame);
  /// The payload to send when `judge` said so.
  [[nodiscard]] NoisePayload noise() const { return write_comfort_noise(told_); }

 private:
  std::size_t hangover_, refresh_, soonest_;  // samples
  VoiceDetector detector_;
  NoiseMeter meter_;
  std::size_t since_voice_ = 0;
  std::size_t since_told_ = 0;
  bool told_once_ = false;  // in this pause
  NoiseDescription told_;
};

}  // namespace godwit::audio
