// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "audio/audio_port.h"

namespace godwit::audio {

/// Finds digits that are sent as pairs of tones, in sound (ITU-T Q.23, Q.24).
///
/// Looks at 13 ms every 5 ms. A digit is one that lasts 40 ms or more; 23 ms are none. A hole of 20 ms
/// within is bridged; 40 ms between make two digits. Taken are frequencies 1.5 % off, a low tone 8 dB
/// louder or 4 dB fainter than the high one, each from -30 dBm0 on. A tone 3.5 % off is told from a
/// digit's only in the high group: 13 ms are too short for the low one.
class DigitDetector {
 public:
  DigitDetector() { set_rate(kBaseRate); }

  struct Digit {
    char digit = '0';
    std::chrono::milliseconds duration{};
    bool operator==(const Digit&) const = default;
  };

  /// What is heard from now on has this rate; a digit that is being heard is forgotten.
  void set_rate(int hz);
  /// Hears at most 60 ms: no digit is shorter, with its pause. @return a digit that has ended meanwhile.
  [[nodiscard]] std::optional<Digit> hear(std::span<const std::int16_t> samples);

 private:
  static constexpr int kWindowMs = 13;
  static constexpr int kStepMs = 5;

  [[nodiscard]] std::optional<char> look() const;
  [[nodiscard]] std::optional<Digit> step();
  [[nodiscard]] std::optional<Digit> end();

  /// A ring that is written twice, one window apart: what it holds lies in one piece.
  std::array<std::int16_t, 2 * kMostRate / 1000 * kWindowMs> window_{};
  std::size_t width_ = 0;  // of the window, in samples
  std::size_t step_ = 0;
  std::array<double, 8> coefficients_{};  // of the tones at this rate
  std::size_t write_ = 0;  // the oldest sample
  std::size_t fresh_ = 0;  // samples since the last look
  std::optional<char> current_;
  int hits_ = 0;    // looks that found `current_`
  int length_ = 0;  // looks from its first to its last hit
  int misses_ = 0;  // looks since its last hit
};

}  // namespace godwit::audio
