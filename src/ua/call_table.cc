// SPDX-License-Identifier: Apache-2.0
#include "ua/call_table.h"

#include <algorithm>

namespace godwit::ua {

void CallTable::touch_all() {
  for (const auto& [id, call] : calls_) touched_.insert(touched_.end(), id);
}

void CallTable::erase(CallId id) {
  if (const auto known = call_ids_.find(id); known != call_ids_.end()) {
    for (const auto& call_id : known->second) by_call_id_.erase({call_id, id});
    call_ids_.erase(known);
    const auto of_account = by_account_.find(calls_.at(id)->account());
    if (--of_account->second == 0) by_account_.erase(of_account);
  }
  deadlines_.set(id.value, std::nullopt);
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
  auto ids = deadlines_.take_due(now);
  std::sort(ids.begin(), ids.end());
  std::vector<Call*> found;
  for (const auto id : ids) {
    found.push_back(calls_.at(CallId{id}).get());
    touched_.insert(CallId{id});  // its next one is read
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
    deadlines_.set(id.value, call->second->next_deadline());
    const auto [at_id, fresh] = call_ids_.try_emplace(id);
    if (fresh) ++by_account_[call->second->account()];
    auto& known = at_id->second;
    CallIds call_ids{call->second->call_id(), call->second->left_call_id()};
    if (known != call_ids) {
      for (const auto& call_id : known) by_call_id_.erase({call_id, id});
      known = std::move(call_ids);
      for (const auto& call_id : known) {
        if (!call_id.empty()) by_call_id_.emplace(call_id, id);
      }
    }
    at = call->second->ended() ? std::next(at) : touched_.erase(at);
  }
}

}  // namespace godwit::ua
