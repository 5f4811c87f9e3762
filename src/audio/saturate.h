// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace godwit::audio {

/// Cuts a sum of samples off at the loudest that 16 bits hold. Sums that fit stay as they are.
[[nodiscard]] constexpr std::int16_t saturate(std::int32_t sum) {
  return static_cast<std::int16_t>(std::clamp<std::int32_t>(sum, INT16_MIN, INT16_MAX));
}

}  // namespace godwit::audio
