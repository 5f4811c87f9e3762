// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace godwit {

/// All time spans inside godwit: signed nanoseconds.
using Duration = std::chrono::nanoseconds;

/// The clock of godwit's core. It cannot be read: `now` is always handed in.
struct MonotonicClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

/// Nanoseconds on the system's monotonic clock (CLOCK_MONOTONIC), or on a simulator's virtual one.
using TimePoint = MonotonicClock::time_point;

}  // namespace godwit
