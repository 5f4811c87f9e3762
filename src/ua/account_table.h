// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sip/transaction/deadline_queue.h"
#include "ua/account.h"

namespace godwit::ua {

/// All accounts of an engine, found by id and by when they want to be woken, so that thousands of
/// them cost nothing while nothing concerns them.
///
/// It is used like the map it holds. Whoever gets an account out of it that can be changed has
/// touched that account; `refresh()` reads touched ones anew. A loop over all of them touches all.
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
  /// Those that were touched since the last refresh and are still there, oldest first.
  [[nodiscard]] std::vector<Account*> touched() const;

  /// Reads the deadlines of touched accounts.
  void refresh();
  /// As of the last refresh.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }

 private:
  void touch_all();

  Accounts accounts_;
  sip::DeadlineQueue deadlines_;
  std::set<AccountId> touched_;
};

}  // namespace godwit::ua
