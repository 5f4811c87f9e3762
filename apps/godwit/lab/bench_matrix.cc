// SPDX-License-Identifier: Apache-2.0
#include "lab/bench_matrix.h"

#include <fmt/format.h>

#include <regex>
#include <string_view>

#include "lab/lab.h"
#include "lab/scenario.h"

namespace godwit::lab {
namespace {

/// Who else a scenario is walked with, besides the embedded server and godwit.
struct Company {
  std::string_view scenario;
  bool kamailio = false;  ///< the server has a part in it: another one can spoil it
  bool baresip = false;
  bool slice = false;
};

// The declared matrix. What is not named here is walked over all transports with the embedded
// server alone: there, signalling has nothing to do while it matters, or only that server can do
// it.
constexpr Company kCompany[] = {
    {"wifi-to-lte", true, true, true},
    {"both-up", true, true, true},
    {"behind-nat", false, false, true},
    {"lte-to-wifi", true},
    {"ap-roam", true},
    {"v4-to-v6", true},
    {"v6-to-v4", true},
    {"dual-to-v6", true},
    {"v6-renumber", true},
    {"six-flips", true},
    {"server-silent", true},
    {"sleep-wake", true},
    {"hold", true, true},
    {"mid-offer", true},
    {"ringing-out", true},
    {"ringing-in", true},
    {"both-move", true},
    {"trunk-dual-wan", true},
    {"v6-hole", true},
};
constexpr const char* kTransports[] = {"udp", "tcp", "tls"};

Company company_of(std::string_view scenario) {
  for (const Company& row : kCompany) {
    if (row.scenario == scenario) return row;
  }
  return {scenario};
}

void add_rows(std::vector<BenchRow>& rows, const std::string& scenario, const char* transport) {
  const Company company = company_of(scenario);
  const bool slice = company.slice && (scenario != "behind-nat" || transport == kTransports[0]);
  rows.push_back({scenario, transport, "embedded", "godwit", slice});
  if (company.kamailio) rows.push_back({scenario, transport, "kamailio", "godwit"});
  // It registers over UDP whatever A does: the far end's transport is no part of this.
  if (company.baresip) rows.push_back({scenario, transport, "embedded", "baresip"});
}

std::vector<BenchRow> make_matrix() {
  std::vector<BenchRow> rows;
  for (const ScenarioSummary& summary : list_scenarios()) {
    const std::string scenario(summary.name);
    const bool flood = make_scenario(scenario, 0).course == Course::flood;
    for (const char* const transport : kTransports) {
      if (flood && transport != kTransports[0]) continue;
      add_rows(rows, scenario, transport);
    }
  }
  return rows;
}

// Until the new network is there, or the old one has gone, beyond the time without any.
double change_seconds(const PlannedChange& change) {
  switch (change.form) {
    case ChangeForm::overlap:
      return 3.5;
    case ChangeForm::prefer:
    case ChangeForm::renumber:
      return 3;
    case ChangeForm::silence:
      return 13;
    case ChangeForm::rebind:
      return 2;
    case ChangeForm::deaf_server:
      return 9;
    default:
      return change.peer_too ? 3 : 0.3;
  }
}

}  // namespace

std::string BenchRow::name() const {
  return fmt::format("{}/{}/{}/{}", scenario, transport, server, peer);
}

const std::vector<BenchRow>& bench_matrix() {
  static const std::vector<BenchRow> matrix = make_matrix();
  return matrix;
}

Result<std::vector<BenchRow>> select_rows(const BenchSelection& selection) {
  std::vector<BenchRow> rows;
  try {
    const std::regex only(selection.only);
    for (const BenchRow& row : bench_matrix()) {
      if (selection.slice && !row.in_slice) continue;
      if (std::regex_search(row.name(), only)) rows.push_back(row);
    }
  } catch (const std::regex_error& error) {
    return fail(Errc::invalid_argument,
                fmt::format("--only \"{}\": {}", selection.only, error.what()));
  }
  if (rows.empty()) {
    return fail(Errc::invalid_argument, fmt::format("--only \"{}\": no row is called so; try: "
                                                    "godwit lab bench --list",
                                                    selection.only));
  }
  return rows;
}

double expected_seconds(const BenchRow& row) {
  constexpr double kAround = 6;     // the rig, registration, call, three seconds of speech, the end
  constexpr double kReading = 1.5;  // of the recordings, for each change
  constexpr double kActs = 4;       // held or ringing, and what comes after
  constexpr double kTrunk = 25;
  const Scenario scenario = make_scenario(row.scenario, 0);
  if (scenario.course == Course::trunk || scenario.course == Course::flood) return kTrunk;
  double seconds = kAround;
  for (const PlannedChange& change : scenario.changes) {
    seconds += change_seconds(change) + kReading + (scenario.talk_after_ms + change.down_ms) / 1000;
    if (scenario.state != CallState::talking) seconds += kActs;
  }
  return seconds;
}

}  // namespace godwit::lab
