// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/time.h>
#include <time.h>

#include <chrono>
#include <optional>

#include "godwit/time.h"

namespace godwit::test {

/// The wall clock as libraries read it by gettimeofday(): OpenSSL's DTLS does, and cannot be handed
/// a time. It follows the virtual one in a program that includes this, from the first `set()` on.
class WallClock {
 public:
  static void set(TimePoint now) { time_ = now.time_since_epoch(); }
  [[nodiscard]] static const std::optional<Duration>& time() { return time_; }

 private:
  inline static std::optional<Duration> time_;
};

}  // namespace godwit::test

// Found before the C library's own, for the program comes first where libraries look for a name.
// Weak: several files of one program may include this.
extern "C" __attribute__((weak, visibility("default"))) int gettimeofday(
    struct timeval* __restrict out, void* __restrict /*zone*/) noexcept {
  timespec now{};
  if (const auto& set = godwit::test::WallClock::time()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*set);
    now.tv_sec = seconds.count();
    now.tv_nsec = (*set - seconds).count();
  } else {
    ::clock_gettime(CLOCK_REALTIME, &now);
  }
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1'000;
  return 0;
}
