// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "godwit/time.h"
#include "io/loop.h"

namespace godwit::io {

/// One wake-up at an absolute time, to the microsecond. It can be re-armed at will, also from its
/// own callback; a wake-up after destruction does nothing.
class Timer {
 public:
  /// `due` runs on the loop, each time the armed time has come.
  Timer(Loop& loop, std::function<void()> due);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Wakes once at `at`, or as soon as possible when that has passed; replaces what was armed.
  /// Empty: no wake-up.
  void arm(std::optional<TimePoint> at);

 private:
  struct Op;
  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
