// SPDX-License-Identifier: Apache-2.0
#include "ua/account_table.h"

#include <algorithm>

namespace godwit::ua {

void AccountTable::touch_all() {
  for (const auto& [id, account] : accounts_) touched_.insert(touched_.end(), id);
}

void AccountTable::erase(AccountId id) {
  deadlines_.set(id.value, std::nullopt);
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
  auto ids = deadlines_.take_due(now);
  std::sort(ids.begin(), ids.end());
  std::vector<Account*> found;
  found.reserve(ids.size());
  for (const auto id : ids) found.push_back(find(AccountId{id}));  // touched: its next one is read
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

void AccountTable::refresh() {
  for (const auto id : touched_) {
    const auto at = accounts_.find(id);
    if (at != accounts_.end()) {
      deadlines_.set(id.value, at->second->next_deadline());
    }
  }
  touched_.clear();
}

}  // namespace godwit::ua
