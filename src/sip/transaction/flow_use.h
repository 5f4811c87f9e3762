// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <unordered_map>

#include "net/flow.h"

namespace godwit::sip {

/// How many transactions each flow carries.
class FlowUse {
 public:
  void add(net::FlowId flow) { ++counts_[flow]; }
  void remove(net::FlowId flow) {
    const auto found = counts_.find(flow);
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
  }
  [[nodiscard]] std::size_t count(net::FlowId flow) const {
    const auto found = counts_.find(flow);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<net::FlowId, std::size_t> counts_;
};

}  // namespace godwit::sip
