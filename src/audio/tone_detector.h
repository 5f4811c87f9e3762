// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "audio/audio_port.h"

namespace godwit::audio {

/// Mean square of the samples.
[[nodiscard]] double power(std::span<const std::int16_t> samples);

/// The part of the power that lies at `hz` (Goertzel's algorithm): near 1 for that tone alone, near
/// 0 without it or in silence. Sharper with more samples: 20 ms tell frequencies 50 Hz apart.
/// @param rate  of the samples, in Hz
[[nodiscard]] double tone_share(std::span<const std::int16_t> samples, double hz,
                                int rate = kBaseRate);

}  // namespace godwit::audio
