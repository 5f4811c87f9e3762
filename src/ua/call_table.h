// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sip/transaction/deadline_queue.h"
#include "ua/call.h"

namespace godwit::ua {

/// All calls of an engine, found by id, by Call-ID and by when they want to be woken, so that what
/// concerns one call does not touch the others.
///
/// It is used like the map it holds. Whoever gets a call out of it that can be changed has touched
/// that call; `refresh()` reads touched ones anew. A loop over all of them touches all.
class CallTable {
 public:
  using Calls = std::map<CallId, std::unique_ptr<Call>>;

  std::unique_ptr<Call>& operator[](CallId id) {
    touched_.insert(id);
    return calls_[id];
  }
  [[nodiscard]] Calls::iterator find(CallId id) {
    touched_.insert(id);
    return calls_.find(id);
  }
  [[nodiscard]] Calls::iterator begin() {
    touch_all();
    return calls_.begin();
  }
  [[nodiscard]] Calls::iterator end() { return calls_.end(); }
  [[nodiscard]] Calls::const_iterator begin() const { return calls_.begin(); }
  [[nodiscard]] Calls::const_iterator end() const { return calls_.end(); }
  [[nodiscard]] bool contains(CallId id) const { return calls_.contains(id); }
  [[nodiscard]] std::size_t size() const { return calls_.size(); }
  [[nodiscard]] bool empty() const { return calls_.empty(); }
  void erase(CallId id);
  /// As of the last refresh.
  [[nodiscard]] bool has_any_of(AccountId account) const { return by_account_.contains(account); }

  /// Those whose INVITE, or dialog that they have left, has this Call-ID, oldest first.
  [[nodiscard]] std::vector<Call*> with_call_id(const std::string& call_id);
  /// Those whose time has come, oldest first.
  [[nodiscard]] std::vector<Call*> due(TimePoint now);
  /// Those that were touched since the last refresh and are still there, oldest first.
  [[nodiscard]] std::vector<Call*> touched();

  /// Reads deadlines and Call-IDs of touched calls. What has ended stays touched until it is erased.
  void refresh();
  /// As of the last refresh.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }

 private:
  void touch_all();

  Calls calls_;
  using CallIds = std::array<std::string, 2>;  // of its INVITE, and of a dialog it may return to
  std::map<CallId, CallIds> call_ids_;         // as they were read the last time
  std::set<std::pair<std::string, CallId>> by_call_id_;
  std::map<AccountId, std::size_t> by_account_;  // how many of `call_ids_`
  sip::DeadlineQueue deadlines_;
  std::set<CallId> touched_;
};

}  // namespace godwit::ua
