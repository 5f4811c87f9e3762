// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "godwit/time.h"

namespace godwit::io {

/// Tells by the loop's clock when datagrams arrived that the kernel has stamped by the wall clock.
/// Good for one batch: both clocks are read at one moment.
class ArrivalClock {
 public:
  using WallTime = std::chrono::system_clock::time_point;

  constexpr ArrivalClock(TimePoint now, WallTime wall) : now_(now), wall_(wall) {}

  /// @param stamped  empty: the kernel does not tell
  /// @return never after now
  [[nodiscard]] constexpr TimePoint arrival_of(std::optional<WallTime> stamped) const {
    if (!stamped) return now_;
    const Duration waited = std::chrono::duration_cast<Duration>(wall_ - *stamped);
    // Somebody has set the wall clock meanwhile: no process that runs leaves a packet lying so
    // long.
    if (waited < Duration::zero() || waited > kLongestWait) return now_;
    return now_ - waited;
  }

  static constexpr Duration kLongestWait = std::chrono::seconds{1};

 private:
  TimePoint now_;
  WallTime wall_;
};

}  // namespace godwit::io
