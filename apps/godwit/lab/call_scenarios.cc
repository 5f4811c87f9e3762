// SPDX-License-Identifier: Apache-2.0
#include "lab/call_scenarios.h"

#include <algorithm>
#include <array>

namespace godwit::lab {
namespace {

struct Row {
  const char* name;
  CallState state;
};

constexpr std::array<Row, 4> kRows = {{{"hold", CallState::held},
                                       {"mid-offer", CallState::offering},
                                       {"ringing-out", CallState::ringing_out},
                                       {"ringing-in", CallState::ringing_in}}};

}  // namespace

Scenario make_call_scenario(const std::string& name, int down_ms) {
  if (name == "both-move") {
    Scenario scenario = make_scenario("wifi-to-lte", down_ms);
    scenario.name = name;
    scenario.changes.resize(1);
    scenario.changes.front().peer_too = true;
    return scenario;
  }
  if (name == "trunk-dual-wan") return {.name = name, .start = wifi_v4(), .course = Course::trunk};
  const auto row =
      std::ranges::find_if(kRows, [&](const Row& candidate) { return candidate.name == name; });
  if (row == kRows.end()) return {};
  Scenario scenario = make_scenario("wifi-to-lte", down_ms);
  scenario.name = name;
  scenario.state = row->state;
  // A phone rings once in a call.
  if (rings(row->state)) scenario.changes.resize(1);
  return scenario;
}

}  // namespace godwit::lab
