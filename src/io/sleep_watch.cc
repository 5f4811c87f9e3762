// SPDX-License-Identifier: Apache-2.0
#include "io/sleep_watch.h"

#include <ctime>

namespace godwit::io {
namespace {

// The two clocks are read one after the other.
constexpr Duration kLeast = std::chrono::seconds{1};

Duration read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

std::optional<Duration> SleepWatch::look(Duration ahead) {
  const Duration slept = ahead - ahead_;
  if (slept < kLeast) return std::nullopt;
  ahead_ = ahead;
  return slept;
}

Duration slept_since_start() {
  const Duration monotonic = read_clock(CLOCK_MONOTONIC);
  return read_clock(CLOCK_BOOTTIME) - monotonic;
}

}  // namespace godwit::io
