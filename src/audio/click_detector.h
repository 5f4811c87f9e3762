// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace godwit::audio {

/// How wrong each sample of a sound is, foretold from those just before it (linear prediction over
/// 40 ms): a voice surprises at each of its pulses, a hiss all the time, and a wave that breaks
/// once, much more than all that is around it.
/// @param rate  8,000 to 48,000 Hz
[[nodiscard]] std::vector<float> surprises_in(std::span<const std::int16_t> sound, int rate);

/// The samples at which a sound clicks, by the surprises in it: twice as large as any nearby, so
/// that a pulse of a voice is none. A sound that begins at once within a voice hides behind its
/// pulses. What surprises by less than -36 dB of full scale is not heard.
[[nodiscard]] std::vector<std::size_t> find_clicks(std::span<const float> surprises, int rate);

}  // namespace godwit::audio
