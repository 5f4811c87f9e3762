// SPDX-License-Identifier: Apache-2.0
#include "lab/scenario_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "lab/contact_walk.h"
#include "lab/flood_walk.h"
#include "lab/interrupt.h"
#include "lab/report.h"
#include "lab/run.h"
#include "lab/story_page.h"
#include "lab/trunk_walk.h"

namespace godwit::lab {
namespace {

// One run lies in the folder itself, several in a folder each.
RunFiles files_of(const LabOptions& options, int run) {
  if (options.runs == 1) return {options.out_dir};
  return {fmt::format("{}/run-{:02}", options.out_dir, run + 1)};
}

ScenarioReport report_on(const LabOptions& options, const std::vector<RunResult>& results) {
  nlohmann::json object = make_report(options, results);
  std::string table = make_table(options, object);
  return {std::move(object), std::move(table)};
}

ScenarioReport report_on(const LabOptions& options, const std::vector<ContactResult>& results) {
  nlohmann::json object = make_contact_report(options, results);
  std::string table = make_contact_table(options, object);
  return {std::move(object), std::move(table)};
}

ScenarioReport report_on(const LabOptions& options, const std::vector<FloodResult>& results) {
  nlohmann::json object = make_flood_report(options, results);
  std::string table = make_flood_table(object);
  return {std::move(object), std::move(table)};
}

ScenarioReport report_on(const LabOptions& options, const std::vector<TrunkResult>& results) {
  nlohmann::json object = make_trunk_report(options, results);
  std::string table = make_trunk_table(object);
  return {std::move(object), std::move(table)};
}

// The page of one run is its own (run_analysis.h).
void write_overview(const LabOptions& options, const nlohmann::json& report) {
  if (options.runs == 1 || !report.contains("changes")) return;
  std::vector<std::string> folders;
  for (int run = 0; run < options.runs; ++run) {
    folders.push_back(std::filesystem::path(files_of(options, run).folder).filename());
  }
  std::ofstream(options.out_dir + "/report.html") << render_overview(options, report, folders);
}

/// Walks as often as was asked for.
template <class Outcome, class Walk>
Result<ScenarioReport> run_all(const LabOptions& options, const Scenario& scenario,
                               Progress& progress, const Walk& walk) {
  std::vector<Outcome> results;
  for (int run = 0; run < options.runs; ++run) {
    progress.restart(fmt::format("{}, run {} of {}", options.scenario, run + 1, options.runs));
    auto result = walk({options, scenario, files_of(options, run),
                        options.seed * 1000 + static_cast<std::uint64_t>(run)},
                       progress);
    if (interrupted()) return fail(Errc::cancelled, "interrupted; everything is cleaned up");
    if (!result) return tl::unexpected(result.error());
    results.push_back(std::move(*result));
  }
  ScenarioReport report = report_on(options, results);
  // Not every report counts its runs, and only here each of them is known.
  report.object["survived_runs"] =
      std::ranges::count_if(results, [](const Outcome& one) { return one.survived(); });
  write_overview(options, report.object);
  std::ofstream(options.out_dir + "/report.json") << report.object.dump(2) << "\n";
  return report;
}

}  // namespace

Result<ScenarioReport> run_scenario(const LabOptions& options, Progress& progress) {
  const Scenario scenario = make_scenario(options.scenario, options.down_ms);
  switch (scenario.course) {
    case Course::contact:
      return run_all<ContactResult>(options, scenario, progress, walk_contact);
    case Course::trunk:
      return run_all<TrunkResult>(options, scenario, progress, walk_trunk);
    case Course::flood:
      return run_all<FloodResult>(options, scenario, progress, walk_flood);
    case Course::moves:
      break;
  }
  return run_all<RunResult>(options, scenario, progress, walk_once);
}

}  // namespace godwit::lab
