// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

#include <array>

namespace godwit::lab {

/// While it lives, SIGINT, SIGTERM and SIGHUP only raise a flag, so that programs are stopped and
/// namespaces removed on the way out.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

 private:
  std::array<struct sigaction, 3> before_{};
};

[[nodiscard]] bool interrupted();

/// Sleeps; wakes early when interrupted.
/// @return false if interrupted
bool pause_ms(double ms);

}  // namespace godwit::lab
