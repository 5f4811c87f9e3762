// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>

#include "audio/audio_port.h"

namespace godwit::audio {

inline constexpr std::string_view kDigits = "123A456B789C*0#D";  // rows of four, as on a keypad
inline constexpr std::array<double, 4> kRowTones = {697, 770, 852, 941};  // Hz (ITU-T Q.23)
inline constexpr std::array<double, 4> kColumnTones = {1209, 1336, 1477, 1633};

/// Digits as pairs of tones (ITU-T Q.23), -8 and -6 dBm0, each followed by 60 ms of silence.
class DigitTones {
 public:
  static constexpr std::size_t kMaxQueue = 256;

  /// A digit that sounds goes on at this rate.
  void set_rate(int hz);
  /// Every digit is one of `kDigits`; each sounds for `each`.
  /// False, and nothing is queued, when the queue would grow beyond `kMaxQueue`.
  [[nodiscard]] bool queue(std::string_view digits, std::chrono::milliseconds each);
  /// Takes the place of what is in the frame, as far as there are digits to send.
  void replace(std::span<std::int16_t> frame);
  [[nodiscard]] bool active() const { return !queue_.empty(); }

 private:
  struct Digit {
    char name = '0';
    std::chrono::milliseconds length{};
  };

  [[nodiscard]] std::size_t samples_of(std::chrono::milliseconds span) const;
  [[nodiscard]] std::int16_t sample_of(const Digit& digit) const;

  int rate_ = kBaseRate;
  std::deque<Digit> queue_;  // the first one is being sent
  std::size_t at_ = 0;       // samples of it that are sent, its pause included
};

}  // namespace godwit::audio
