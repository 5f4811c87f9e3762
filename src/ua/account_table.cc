// SPDX-License-Identifier: Apache-2.0
#include "ua/account_table.h"

#include <algorithm>

namespace godwit::ua {
namespace {

void keep(std::set<AccountId>& among, AccountId id, bool is) {
  if (is) {
    among.insert(id);
  } else {
    among.erase(id);
  }
}

}  // namespace

void AccountTable::touch_all() {
  for (const auto& [id, account] : accounts_) touched_.insert(touched_.end(), id);
}

void AccountTable::forget(AccountId id) {
  deadlines_.set(id.value, std::nullopt);
  waiting_.erase(id);
  restless_.erase(id);
  const auto known = flows_.find(id);
  if (known == flows_.end()) return;
  for (const auto flow : known->second) by_flow_.erase({flow, id});
  flows_.erase(known);
}

void AccountTable::erase(AccountId id) {
  forget(id);
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
  read_touched();
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

std::vector<Account*> AccountTable::on_flow(net::FlowId flow) {
  read_touched();
  std::vector<AccountId> ids;
  for (auto at = by_flow_.lower_bound({flow, {}}); at != by_flow_.end() && at->first == flow; ++at) {
    ids.push_back(at->second);
  }
  return touch(ids);
}

const Account* AccountTable::first_on_flow(net::FlowId flow,
                                           const std::function<bool(const Account&)>& is) {
  read_touched();
  for (auto at = by_flow_.lower_bound({flow, {}}); at != by_flow_.end() && at->first == flow; ++at) {
    const Account& account = *accounts_.at(at->second);
    if (is(account)) return &account;
  }
  return nullptr;
}

std::vector<Account*> AccountTable::waiting() {
  read_touched();
  return touch({waiting_.begin(), waiting_.end()});
}

std::vector<Account*> AccountTable::touch(const std::vector<AccountId>& ids) {
  std::vector<Account*> found;
  found.reserve(ids.size());
  for (const auto id : ids) found.push_back(find(id));
  return found;
}

void AccountTable::read(AccountId id, const Account& account) {
  bool waits = false;
  bool restless = false;
  std::vector<net::FlowId> flows;
  for (const auto* registration : account.registrations()) {
    waits = waits || registration->waits_for_flow();
    restless = restless || registration->wanted() || registration->busy();
    if (registration->wanted()) flows.push_back(registration->flow().id);
  }
  deadlines_.set(id.value, account.next_deadline());
  keep(waiting_, id, waits);
  keep(restless_, id, restless);
  auto& known = flows_[id];
  if (known == flows) return;
  for (const auto flow : known) by_flow_.erase({flow, id});
  for (const auto flow : flows) by_flow_.emplace(flow, id);
  known = std::move(flows);
}

void AccountTable::read_touched() {
  for (const auto id : touched_) {
    const auto at = accounts_.find(id);
    if (at != accounts_.end()) read(id, *at->second);
  }
}

void AccountTable::refresh() {
  read_touched();
  touched_.clear();
}

}  // namespace godwit::ua
