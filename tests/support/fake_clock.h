// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "godwit/time.h"

namespace godwit {

/// A clock that stands still until it is told to move.
class FakeClock {
 public:
  [[nodiscard]] TimePoint now() const { return now_; }
  /// Moves on. @return the new time.
  TimePoint advance(Duration span) { return now_ += span; }

 private:
  TimePoint now_ = TimePoint{} + std::chrono::hours{1};  // not the epoch: 0 must mean nothing
};

}  // namespace godwit
