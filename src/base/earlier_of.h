// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "godwit/time.h"

namespace godwit {

/// The earlier one of two deadlines that may not be set; empty when neither is.
[[nodiscard]] inline std::optional<TimePoint> earlier_of(const std::optional<TimePoint>& a,
                                                         const std::optional<TimePoint>& b) {
  if (!a) return b;
  return b && *b < *a ? b : a;
}

}  // namespace godwit
