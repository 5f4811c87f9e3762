// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "base/limits.h"
#include "godwit/time.h"

namespace godwit::sip {

/// How many answers may still leave to sources that may be forged, so that what we send because of
/// them is bounded.
///
/// A bucket that holds one second's worth, and fills at an even rate.
class AnswerBudget {
 public:
  explicit AnswerBudget(int per_second = limits::kMalformedAnswersPerSecond)
      : interval_(kSpan / per_second) {}

  /// Takes one answer out; false when none is left.
  [[nodiscard]] bool take(TimePoint now) {
    if (full_at_ < now) full_at_ = now;
    if (full_at_ + interval_ > now + kSpan) return false;
    full_at_ += interval_;
    return true;
  }

 private:
  static constexpr Duration kSpan = std::chrono::seconds{1};

  Duration interval_;
  TimePoint full_at_{};  // when the bucket is full again if nothing is taken
};

}  // namespace godwit::sip
