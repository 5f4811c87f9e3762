// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "godwit/event.h"

namespace godwit::test {

/// What must hold of the events of one agent, whatever happens: a call ends once, and nothing is told
/// of it afterwards. It is to see every event, in order.
class EventRules {
 public:
  /// A command has made this call; what was told of it may have come first.
  void on_dialled(CallId call) {
    if (!ended_.contains(call)) open_.emplace(call, "dialled");
  }
  void on_event(const Event& event);

  /// What was broken so far; empty when all is well.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  /// Calls that were told of and have not ended, with the newest thing told of each.
  [[nodiscard]] const std::map<CallId, std::string>& open() const { return open_; }
  [[nodiscard]] std::size_t ended() const { return ended_.size(); }

 private:
  std::map<CallId, std::string> open_;
  std::set<CallId> ended_;
  std::string broken_;
};

}  // namespace godwit::test
