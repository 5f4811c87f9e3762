// SPDX-License-Identifier: Apache-2.0
#include "ua/call_table.h"

#include <algorithm>

namespace godwit::ua {

void CallTable::touch_all() {
  for (const auto& [id, call] : calls_) touched_.insert(touched_.end(), id);
}

void CallTable::forget(CallId id, const Known& known) {
  by_call_id_.erase({known.call_id, id});
  if (known.deadline) by_deadline_.erase({*known.deadline, id});
}

void CallTable::erase(CallId id) {
  if (const auto known = known_.find(id); known != known_.end()) {
    forget(id, known->second);
    known_.erase(known);
  }
  touched_.erase(id);
  calls_.erase(id);
}

std::vector<Call*> CallTable::with_call_id(const std::string& call_id) {
  refresh();  // one that was made in this turn is found as well
  std::vector<Call*> found;
  for (auto at = by_call_id_.lower_bound({call_id, CallId{}});
       at != by_call_id_.end() && at->first == call_id; ++at) {
    found.push_back(calls_.at(at->second).get());
    touched_.insert(at->second);
  }
  return found;
}

std::vector<Call*> CallTable::due(TimePoint now) {
  refresh();
  std::vector<CallId> ids;
  for (const auto& [at, id] : by_deadline_) {
    if (at > now) break;
    ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  std::vector<Call*> found;
  for (const auto id : ids) {
    found.push_back(calls_.at(id).get());
    touched_.insert(id);
  }
  return found;
}

std::vector<Call*> CallTable::touched() {
  std::vector<Call*> found;
  for (const auto id : touched_) {
    const auto call = calls_.find(id);
    if (call != calls_.end() && call->second) found.push_back(call->second.get());
  }
  return found;
}

void CallTable::refresh() {
  for (auto at = touched_.begin(); at != touched_.end();) {
    const CallId id = *at;
    const auto call = calls_.find(id);
    if (call == calls_.end() || !call->second) {
      at = touched_.erase(at);
      continue;
    }
    Known now{call->second->call_id(), call->second->next_deadline()};
    auto& known = known_[id];
    if (known.call_id != now.call_id || known.deadline != now.deadline) {
      forget(id, known);
      by_call_id_.emplace(now.call_id, id);
      if (now.deadline) by_deadline_.emplace(*now.deadline, id);
      known = std::move(now);
    }
    at = call->second->ended() ? std::next(at) : touched_.erase(at);
  }
}

std::optional<TimePoint> CallTable::next_deadline() const {
  if (by_deadline_.empty()) return std::nullopt;
  return by_deadline_.begin()->first;
}

}  // namespace godwit::ua
