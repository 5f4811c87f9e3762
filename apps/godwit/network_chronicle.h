// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent_session.h"
#include "event_json.h"
#include "godwit/event.h"

namespace godwit::cli {

/// Makes one entry of each network change, from the events that it causes. What it did to the
/// network's user is told, not each step: `godwit call --events` has those.
class NetworkChronicle {
 public:
  using WallTime = std::chrono::system_clock::time_point;

  /// @return the change that this event has ended:
  ///   {"v":1,"time":…,"change":3,"reasons":[…],"from":…,"to":…,"calls_moved":1,…}
  [[nodiscard]] std::optional<Json> on_event(const Event& event, WallTime now);

 private:
  struct Change {
    WallTime began{};
    std::vector<std::string> reasons;
    std::string from;
    std::string to;
    std::size_t moved = 0;
    std::size_t dropped = 0;
  };
  [[nodiscard]] Json close(const NetworkChangeFinished& finished);

  std::map<std::uint64_t, Change> open_;
  std::string contact_;  // where we are reached, "10.1.0.2:5060"
};

/// A line for people: "2026-01-02 03:04:05  change 3  10.1.0.2:5060 -> 10.2.0.2:5060  recovered in
/// 143 ms, 1 call moved  (address_lost wifi0 10.1.0.2)".
[[nodiscard]] std::string network_history_line(const Json& entry);

/// Where `network history` has them from, one JSON object a line.
[[nodiscard]] std::string network_history_path();
/// From now on the session's network changes are remembered there.
void remember_network_changes(AgentSession& session);

}  // namespace godwit::cli
