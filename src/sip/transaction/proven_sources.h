// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <map>

#include "base/limits.h"
#include "godwit/time.h"
#include "net/ip_address.h"

namespace godwit::sip {

/// Which addresses are known to receive what is sent to them over UDP: they have answered a request
/// of ours, or named a tag of ours. Any other source may be forged, and what is sent there hits a
/// stranger.
class ProvenSources {
 public:
  void prove(const net::IpAddress& source, TimePoint now) {
    const auto known = heard_.find(source);
    if (known != heard_.end()) {
      known->second = now;
      return;
    }
    if (heard_.size() >= limits::kProvenSources) {
      heard_.erase(std::min_element(heard_.begin(), heard_.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
      }));
    }
    heard_.emplace(source, now);
  }
  [[nodiscard]] bool knows(const net::IpAddress& source, TimePoint now) const {
    const auto known = heard_.find(source);
    return known != heard_.end() && now - known->second <= kHolds;
  }

 private:
  /// Somebody else may have the address after that.
  static constexpr Duration kHolds = std::chrono::minutes{10};

  std::map<net::IpAddress, TimePoint> heard_;
};

}  // namespace godwit::sip
