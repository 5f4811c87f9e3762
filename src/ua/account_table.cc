// SPDX-License-Identifier: Apache-2.0
#include "ua/account_table.h"

#include <algorithm>

namespace godwit::ua {

void AccountTable::touch_all() {
  for (const auto& [id, account] : accounts_) touched_.insert(touched_.end(), id);
}

void AccountTable::erase(AccountId id) {
  note_deadline(id, std::nullopt);
  touched_.erase(id);
  accounts_.erase(id);
}

Account* AccountTable::find(AccountId id) {
  const auto at = accounts_.find(id);
  if (at == accounts_.end()) return nullptr;
  touched_.insert(id);
  return at->second.get();
}

const Account* AccountTable::find(AccountId id) const {
  const auto at = accounts_.find(id);
  return at == accounts_.end() ? nullptr : at->second.get();
}

std::vector<Account*> AccountTable::due(TimePoint now) {
  refresh();
  std::vector<AccountId> ids;
  for (const auto& [at, id] : by_deadline_) {
    if (at > now) break;
    ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  std::vector<Account*> found;
  found.reserve(ids.size());
  for (const auto id : ids) found.push_back(find(id));
  return found;
}

std::vector<Account*> AccountTable::touched() const {
  std::vector<Account*> found;
  found.reserve(touched_.size());
  for (const auto id : touched_) {
    const auto at = accounts_.find(id);
    if (at != accounts_.end()) found.push_back(at->second.get());
  }
  return found;
}

void AccountTable::note_deadline(AccountId id, const std::optional<TimePoint>& deadline) {
  const auto known = deadlines_.find(id);
  if (known != deadlines_.end()) {
    if (known->second == deadline) return;
    by_deadline_.erase({known->second, id});
    deadlines_.erase(known);
  }
  if (!deadline) return;
  deadlines_.emplace(id, *deadline);
  by_deadline_.emplace(*deadline, id);
}

void AccountTable::refresh() {
  for (const auto id : touched_) {
    const auto at = accounts_.find(id);
    if (at != accounts_.end()) note_deadline(id, at->second->registration.next_deadline());
  }
  touched_.clear();
}

std::optional<TimePoint> AccountTable::next_deadline() const {
  if (by_deadline_.empty()) return std::nullopt;
  return by_deadline_.begin()->first;
}

}  // namespace godwit::ua
