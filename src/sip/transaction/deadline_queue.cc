// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/deadline_queue.h"

namespace godwit::sip {

void DeadlineQueue::set(std::uint64_t owner, const std::optional<TimePoint>& deadline) {
  const auto known = deadlines_.find(owner);
  if (known != deadlines_.end()) {
    if (deadline == known->second) return;
    order_.erase({known->second, owner});
    deadlines_.erase(known);
  }
  if (!deadline) return;
  order_.emplace(*deadline, owner);
  deadlines_.emplace(owner, *deadline);
}

std::optional<TimePoint> DeadlineQueue::earliest() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

std::vector<std::uint64_t> DeadlineQueue::take_due(TimePoint now) {
  std::vector<std::uint64_t> due;
  while (!order_.empty() && order_.begin()->first <= now) {
    due.push_back(order_.begin()->second);
    deadlines_.erase(order_.begin()->second);
    order_.erase(order_.begin());
  }
  return due;
}

}  // namespace godwit::sip
