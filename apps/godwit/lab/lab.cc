// SPDX-License-Identifier: Apache-2.0
#include "lab/lab.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "lab/contact_walk.h"
#include "lab/flood_walk.h"
#include "lab/interrupt.h"
#include "lab/net_namespace.h"
#include "lab/progress.h"
#include "lab/report.h"
#include "lab/requirements.h"
#include "lab/run.h"
#include "lab/story_page.h"
#include "lab/trunk_walk.h"

namespace godwit::lab {
namespace {

constexpr int kSurvived = 0;
constexpr int kRigFailed = 1;
constexpr int kUsage = 2;
constexpr int kNotSurvived = 9;
constexpr int kInterrupted = 130;

int complain(const Error& error, int code) {
  fmt::print(stderr, "godwit lab: {}\n", error.detail);
  return code;
}

// One run lies in the folder itself, several in a folder each.
RunFiles files_of(const LabOptions& options, int run) {
  if (options.runs == 1) return {options.out_dir};
  return {fmt::format("{}/run-{:02}", options.out_dir, run + 1)};
}

struct Report {
  nlohmann::json object;
  std::string table;
};

Report report_on(const LabOptions& options, const std::vector<RunResult>& results) {
  nlohmann::json object = make_report(options, results);
  std::string table = make_table(options, object);
  return {std::move(object), std::move(table)};
}

Report report_on(const LabOptions& options, const std::vector<ContactResult>& results) {
  nlohmann::json object = make_contact_report(options, results);
  std::string table = make_contact_table(options, object);
  return {std::move(object), std::move(table)};
}

Report report_on(const LabOptions& options, const std::vector<FloodResult>& results) {
  nlohmann::json object = make_flood_report(options, results);
  std::string table = make_flood_table(object);
  return {std::move(object), std::move(table)};
}

Report report_on(const LabOptions& options, const std::vector<TrunkResult>& results) {
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

int hand_in(const LabOptions& options, const Report& report) {
  write_overview(options, report.object);
  std::ofstream(options.out_dir + "/report.json") << report.object.dump(2) << "\n";
  fmt::print("{}", options.json ? report.object.dump() + "\n" : report.table);
  return report.object["survived"].get<bool>() ? kSurvived : kNotSurvived;
}

/// Walks as often as was asked for, and prints what came of it.
template <class Outcome, class Walk>
int run_all(const LabOptions& options, const Scenario& scenario, const Walk& walk) {
  Progress progress(options.progress ? Progress::Voice::speaking : Progress::Voice::silent,
                    options.color ? Progress::Colour::yes : Progress::Colour::no);
  std::vector<Outcome> results;
  for (int run = 0; run < options.runs; ++run) {
    progress.restart(fmt::format("{}, run {} of {}", options.scenario, run + 1, options.runs));
    auto result = walk({options, scenario, files_of(options, run),
                        options.seed * 1000 + static_cast<std::uint64_t>(run)},
                       progress);
    if (interrupted()) return complain({{}, "interrupted; everything is cleaned up"}, kInterrupted);
    if (!result) return complain(result.error(), kRigFailed);
    results.push_back(std::move(*result));
  }
  return hand_in(options, report_on(options, results));
}

}  // namespace

int run_lab(const LabOptions& asked) {
  LabOptions options = asked;
  if (auto good = check_options(options); !good) return complain(good.error(), kUsage);
  if (auto met = check_requirements(options); !met) return complain(met.error(), kRigFailed);
  if (options.out_dir.empty()) options.out_dir = "out/lab/" + options.scenario;

  const InterruptGuard guard;
  sweep_dead_namespaces();
  const Scenario scenario = make_scenario(options.scenario, options.down_ms);
  if (scenario.course == Course::contact) {
    return run_all<ContactResult>(options, scenario, walk_contact);
  }
  if (scenario.course == Course::trunk) return run_all<TrunkResult>(options, scenario, walk_trunk);
  if (scenario.course == Course::flood) return run_all<FloodResult>(options, scenario, walk_flood);
  return run_all<RunResult>(options, scenario, walk_once);
}

}  // namespace godwit::lab
