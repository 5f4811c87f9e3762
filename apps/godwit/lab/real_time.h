// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>

namespace godwit::lab {

/// While it lives, nothing ordinary runs before the calling thread. Where the system does not grant
/// that, it does nothing.
class RealTime {
 public:
  RealTime() {
    sched_param priority{};
    priority.sched_priority = kPriority;
    granted_ = ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0;
  }
  RealTime(const RealTime&) = delete;
  RealTime& operator=(const RealTime&) = delete;
  ~RealTime() {
    const sched_param ordinary{};
    if (granted_) ::sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &ordinary);
  }

  [[nodiscard]] bool granted() const { return granted_; }

 private:
  static constexpr int kPriority = 20;
  bool granted_ = false;
};

}  // namespace godwit::lab
