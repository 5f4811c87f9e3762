// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio {

/// Fills the place of lost sound: the last 20 ms again and again, fading to silence within 60 ms.
class Concealer {
 public:
  /// What was really heard.
  void heard(std::span<const std::int16_t> samples);
  void conceal(std::span<std::int16_t> out);

 private:
  static constexpr std::size_t kMemory = 160;

  std::array<std::int16_t, kMemory> memory_{};
  std::size_t write_ = 0;      // the oldest sample: where a repetition begins
  std::size_t concealed_ = 0;  // samples since something was heard
};

}  // namespace godwit::audio
