// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ratio>

namespace godwit::rtp {

/// Time in a stream, whatever its clock: whole numbers for 8, 16, 32 and 48 kHz alike.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 96'000>>;

[[nodiscard]] constexpr Ticks ticks_of(std::int64_t units, std::int64_t rate) {
  return Ticks{units * Ticks::period::den / rate};
}
/// How many samples of this rate a time has.
[[nodiscard]] constexpr std::int64_t samples_in(Ticks time, std::int64_t rate) {
  return time.count() * rate / Ticks::period::den;
}

}  // namespace godwit::rtp
