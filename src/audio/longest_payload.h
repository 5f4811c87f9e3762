// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/limits.h"

namespace godwit::audio {

/// How many samples one payload may carry at most.
[[nodiscard]] constexpr std::size_t longest_payload(int sample_rate) {
  return static_cast<std::size_t>(sample_rate) / 1000 * limits::kPayloadMilliseconds;
}

}  // namespace godwit::audio
