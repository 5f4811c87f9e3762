// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>

#include <cstdint>

namespace godwit::lab {

inline constexpr std::int64_t kNsPerMs = 1'000'000;
inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

inline std::int64_t read_clock(clockid_t id) {
  timespec t{};
  ::clock_gettime(id, &t);
  return static_cast<std::int64_t>(t.tv_sec) * kNsPerSecond + t.tv_nsec;
}

/// One moment on both clocks: captures carry the kernel's wall time, godwit's events the monotonic.
struct Moment {
  std::int64_t wall_ns = 0;
  std::int64_t mono_ns = 0;

  static Moment now() { return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC)}; }
};

}  // namespace godwit::lab
