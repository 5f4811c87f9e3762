// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "godwit/time.h"

namespace godwit::sip {

/// Many deadlines, each with the id of its owner; the earliest is at hand. Every operation costs
/// O(log n).
class DeadlineQueue {
 public:
  /// Sets the owner's only deadline, or takes it away.
  void set(std::uint64_t owner, const std::optional<TimePoint>& deadline);
  [[nodiscard]] std::optional<TimePoint> earliest() const;
  /// Takes away all deadlines up to and including `now`. @return their owners, earliest first.
  [[nodiscard]] std::vector<std::uint64_t> take_due(TimePoint now);

 private:
  std::set<std::pair<TimePoint, std::uint64_t>> order_;
  std::unordered_map<std::uint64_t, TimePoint> deadlines_;
};

}  // namespace godwit::sip
