// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "godwit/audio.h"

namespace godwit::audio {

/// The ends of a call's sound, as an application sees them too. A frame is 10 to 60 ms, in steps of 10 ms.
using Source = AudioSource;
using Sink = AudioSink;

inline constexpr int kBaseRate = 8000;  // Hz, of everything that was not told another rate
inline constexpr int kMostRate = 48'000;
inline constexpr std::size_t kFrameSamples = 160;  // 20 ms at the base rate

/// Samples of 10 ms, which all frames are made of.
[[nodiscard]] constexpr std::size_t block_of(int hz) {
  return static_cast<std::size_t>(hz) / 100;
}
inline constexpr std::size_t kMostBlock = block_of(kMostRate);
inline constexpr std::size_t kMostFrame = 6 * kMostBlock;  // 60 ms

/// The rates that a call's sound can have.
[[nodiscard]] constexpr bool is_rate(int hz) {
  return hz == 8000 || hz == 16'000 || hz == 32'000 || hz == 48'000;
}

enum class Channels : std::uint8_t { mono = 1, stereo = 2 };

}  // namespace godwit::audio
