// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sip/transaction/deadline_queue.h"
#include "ua/account.h"

namespace godwit::ua {

/// All accounts of an engine, found by id, by when they want to be woken, by the flow that they are registered
/// over and by what they wait for, so that thousands of them cost nothing while nothing concerns them.
///
/// It is used like the map it holds. Whoever gets an account out of it that can be changed has
/// touched that account; what is found is read of touched ones anew, at the latest by `refresh()`. A loop over
/// all of them touches all.
class AccountTable {
 public:
  using Accounts = std::map<AccountId, std::unique_ptr<Account>>;

  void add(AccountId id, std::unique_ptr<Account> account) {
    touched_.insert(id);
    accounts_.emplace(id, std::move(account));
  }
  void erase(AccountId id);
  /// Null: there is none.
  [[nodiscard]] Account* find(AccountId id);
  [[nodiscard]] const Account* find(AccountId id) const;
  [[nodiscard]] Accounts::iterator begin() {
    touch_all();
    return accounts_.begin();
  }
  [[nodiscard]] Accounts::iterator end() { return accounts_.end(); }
  [[nodiscard]] Accounts::const_iterator begin() const { return accounts_.begin(); }
  [[nodiscard]] Accounts::const_iterator end() const { return accounts_.end(); }
  [[nodiscard]] std::size_t size() const { return accounts_.size(); }

  /// Those whose time has come, oldest first.
  [[nodiscard]] std::vector<Account*> due(TimePoint now);
  /// Those with a registration that is wanted and whose newest REGISTER left by the flow, oldest first.
  [[nodiscard]] std::vector<Account*> on_flow(net::FlowId flow);
  /// The oldest of them of which it is true; null: of none. It is not touched.
  [[nodiscard]] const Account* first_on_flow(net::FlowId flow,
                                             const std::function<bool(const Account&)>& is);
  /// Those that want to register and wait for a flow, not for their turn, oldest first.
  [[nodiscard]] std::vector<Account*> waiting();
  /// Those that were touched since the last refresh and are still there, oldest first.
  [[nodiscard]] std::vector<Account*> touched() const;

  /// Reads touched accounts. None is touched any more.
  void refresh();
  /// None has a registration that is wanted or busy; as of the last refresh.
  [[nodiscard]] bool at_rest() const { return restless_.empty(); }
  /// As of the last refresh.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }

 private:
  void touch_all();
  std::vector<Account*> touch(const std::vector<AccountId>& ids);
  void read_touched();
  void read(AccountId id, const Account& account);
  void forget(AccountId id);

  Accounts accounts_;
  sip::DeadlineQueue deadlines_;
  std::set<AccountId> waiting_, restless_;
  std::set<std::pair<net::FlowId, AccountId>> by_flow_;
  std::map<AccountId, std::vector<net::FlowId>> flows_;  // the same
  std::set<AccountId> touched_;
};

}  // namespace godwit::ua
