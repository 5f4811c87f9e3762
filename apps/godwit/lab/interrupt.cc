// SPDX-License-Identifier: Apache-2.0
#include "lab/interrupt.h"

#include <algorithm>
#include <atomic>
#include <ctime>

#include "lab/clock.h"

namespace godwit::lab {
namespace {

std::atomic<bool> raised = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // a signal handler may touch it

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

extern "C" void raise_flag(int) {
  raised = true;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  raised = false;
  struct sigaction action {};
  action.sa_handler = &raise_flag;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &action, &before_[i]);
  }
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &before_[i], nullptr);
  }
}

bool interrupted() {
  return raised;
}

bool pause_ms(double ms) {
  constexpr std::int64_t kSlice = 50 * kNsPerMs;
  const std::int64_t end = read_clock(CLOCK_MONOTONIC) + static_cast<std::int64_t>(ms * kNsPerMs);
  while (!interrupted()) {
    const std::int64_t left = end - read_clock(CLOCK_MONOTONIC);
    if (left <= 0) return true;
    const timespec span{0, static_cast<long>(std::min(left, kSlice))};
    ::nanosleep(&span, nullptr);
  }
  return false;
}

}  // namespace godwit::lab
