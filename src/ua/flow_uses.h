// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <unordered_map>

#include "net/flow.h"

namespace godwit::ua {

/// Counts who uses each flow, so that those that nobody uses are at hand however many there are.
class FlowUses {
 public:
  void add(net::FlowId flow) {
    if (!flow) return;
    ++users_[flow];
    idle_.erase(flow);
  }
  void remove(net::FlowId flow) {
    const auto known = users_.find(flow);
    if (known == users_.end() || --known->second != 0) return;
    users_.erase(known);
    idle_.insert(flow);
  }
  /// The flow has become one, or is no more.
  void on_opened(net::FlowId flow) {
    if (!any(flow)) idle_.insert(flow);
  }
  void on_gone(net::FlowId flow) { idle_.erase(flow); }

  [[nodiscard]] bool any(net::FlowId flow) const { return users_.contains(flow); }
  /// Those that were opened, or used, and that nobody uses.
  [[nodiscard]] const std::set<net::FlowId>& idle() const { return idle_; }

 private:
  std::unordered_map<net::FlowId, std::size_t> users_;
  std::set<net::FlowId> idle_;
};

}  // namespace godwit::ua
