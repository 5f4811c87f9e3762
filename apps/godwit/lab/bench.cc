// SPDX-License-Identifier: Apache-2.0
#include "lab/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "lab/bench_facts.h"
#include "lab/bench_table.h"
#include "lab/interrupt.h"
#include "lab/net_namespace.h"
#include "lab/requirements.h"
#include "lab/run_files.h"
#include "lab/scenario_runs.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr int kSurvived = 0;
constexpr int kRigFailed = 1;
constexpr int kUsage = 2;
constexpr int kNotSurvived = 9;
constexpr int kInterrupted = 130;

int complain(const Error& error, int code) {
  fmt::print(stderr, "godwit lab bench: {}\n", error.detail);
  return code;
}

std::string duration_text(double seconds) {
  const int whole = static_cast<int>(seconds + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  return fmt::format("{} min", (whole + 30) / 60);
}

double expected(const std::vector<BenchRow>& rows, int runs) {
  double seconds = 0;
  for (const BenchRow& row : rows) seconds += runs * expected_seconds(row);
  return seconds;
}

// What figures depend on: rows that were measured otherwise do not stand in the same table.
json settings_of(const LabOptions& lab) {
  return {{"runs", lab.runs},
          {"one_way_ms", lab.one_way_ms},
          {"jitter_ms", lab.jitter_ms},
          {"loss_percent", lab.loss_percent},
          {"reorder_percent", lab.reorder_percent},
          {"rate_kbps", lab.rate_kbps},
          {"down_ms", lab.down_ms},
          {"seed", lab.seed}};
}

std::string method_of(const LabOptions& lab) {
  return fmt::format(
      "`godwit lab bench --runs {}`: medians of {} run{}, one after the other; one-way delay {:g} "
      "ms "
      "on each access link, so R = {:g} ms to the server and P = {:g} ms to the peer and back. "
      "Read from captures: milliseconds after the new address and its route are in place (of calls "
      "that "
      "were held or rang: after sound is wanted) until the peer's sound is back at A; 20 ms frames "
      "lost, "
      "median and (most). Survived: after every change each end heard what the other one said, by "
      "its "
      "recording. A detects the change by itself.",
      lab.runs, lab.runs, lab.runs == 1 ? "" : "s", lab.one_way_ms, 2 * lab.one_way_ms,
      4 * lab.one_way_ms);
}

class Bench {
 public:
  Bench(const BenchOptions& options, std::vector<BenchRow> rows)
      : options_(options), rows_(std::move(rows)), folder_(options.lab.out_dir) {}

  /// Fails where the folder cannot be written, or holds what was measured otherwise.
  Result<void> begin();
  void walk();
  [[nodiscard]] const json& object() const { return object_; }
  [[nodiscard]] bool all_survived() const;

 private:
  [[nodiscard]] Result<void> take_up();
  [[nodiscard]] json walk_row(const BenchRow& row) const;
  [[nodiscard]] const json* known(const BenchRow& row) const;
  void keep(const json& row);
  void tell(std::size_t index, const json& row, double seconds);
  [[nodiscard]] double seconds_left(std::size_t index) const;

  const BenchOptions& options_;
  const std::vector<BenchRow> rows_;
  const std::string folder_;
  json object_;
  double expected_done_ = 0;
  double taken_ = 0;
};

Result<void> Bench::begin() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return fail(Errc::invalid_argument, "--out: " + error.message());
  object_ = {{"method", method_of(options_.lab)}, {"settings", settings_of(options_.lab)},
             {"begun", describe_now()},           {"machine", describe_machine()},
             {"versions", describe_versions()},   {"rows", json::array()}};
  return options_.resume ? take_up() : Result<void>();
}

Result<void> Bench::take_up() {
  std::ifstream in(folder_ + "/bench.json");
  if (!in) return {};
  const json earlier = json::parse(in, nullptr, false);
  if (!earlier.is_object() || !earlier.contains("rows") || !earlier.contains("settings")) {
    return fail(Errc::invalid_argument, "--resume: " + folder_ + "/bench.json is not of the lab");
  }
  if (earlier["settings"] != object_["settings"] || earlier["versions"] != object_["versions"]) {
    return fail(
        Errc::invalid_argument,
        "--resume: " + folder_ + "/bench.json was measured with other settings or programs");
  }
  object_["begun"] = earlier["begun"];
  for (const json& row : earlier["rows"]) {
    if (row["error"].is_null()) object_["rows"].push_back(row);
  }
  return {};
}

const json* Bench::known(const BenchRow& row) const {
  const json& rows = object_["rows"];
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const json& candidate) {
    return candidate["name"] == row.name();
  });
  return found == rows.end() ? nullptr : &*found;
}

json Bench::walk_row(const BenchRow& row) const {
  LabOptions lab = options_.lab;
  lab.scenario = row.scenario;
  lab.transport = row.transport;
  lab.server = row.server;
  lab.peer = row.peer;
  lab.out_dir = folder_ + "/" + row.name();
  std::replace(lab.out_dir.begin() + static_cast<std::ptrdiff_t>(folder_.size()) + 1,
               lab.out_dir.end(), '/', '-');
  if (auto good = check_options(lab); !good) return describe_failed_row(row, good.error().detail);
  if (auto met = check_requirements(lab); !met) return describe_failed_row(row, met.error().detail);
  Progress silent(Progress::Voice::silent, Progress::Colour::no);
  auto report = run_scenario(lab, silent);
  if (!report) return describe_failed_row(row, report.error().detail);
  return describe_row(row, lab, report->object);
}

// In the order of the matrix, whatever was walked before; a row at once, lest it be lost.
void Bench::keep(const json& row) {
  json& rows = object_["rows"];
  rows.push_back(row);
  const auto place = [](const json& one) {
    return std::ranges::find(bench_matrix(), one["name"].get<std::string>(), &BenchRow::name);
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const json& a, const json& b) { return place(a) < place(b); });
  const std::string path = folder_ + "/bench.json";
  std::ofstream(path + ".new") << object_.dump(2) << "\n";
  std::error_code ignored;
  std::filesystem::rename(path + ".new", path, ignored);
  std::ofstream(folder_ + "/bench.md") << make_bench_document(object_);
}

// By how much longer, or shorter, than expected it has taken so far.
double Bench::seconds_left(std::size_t index) const {
  double left = 0;
  for (std::size_t i = index + 1; i < rows_.size(); ++i) {
    if (known(rows_[i]) == nullptr) left += options_.lab.runs * expected_seconds(rows_[i]);
  }
  return left * taken_ / expected_done_;
}

void Bench::tell(std::size_t index, const json& row, double seconds) {
  if (!options_.lab.progress) return;
  std::string outcome = "not walked: ";
  if (row["error"].is_null()) {
    outcome =
        fmt::format("survived {}/{}", row["survived_runs"].get<int>(), row["runs"].get<int>());
    for (const json& change : row["changes"]) {
      outcome += change["median"].is_null()
                     ? ", nothing comes back"
                     : fmt::format(", {:.4g} ms", change["median"].get<double>());
    }
  } else {
    outcome += row["error"].get<std::string>();
  }
  fmt::print(stderr, "[{:>3}/{}] {:<42} {} ({}; {} left)\n", index + 1, rows_.size(),
             row["name"].get<std::string>(), outcome, duration_text(seconds),
             duration_text(seconds_left(index)));
}

void Bench::walk() {
  using Clock = std::chrono::steady_clock;
  for (std::size_t i = 0; i < rows_.size() && !interrupted(); ++i) {
    if (known(rows_[i]) != nullptr) continue;
    const auto before = Clock::now();
    json row = walk_row(rows_[i]);
    if (interrupted()) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - before).count();
    taken_ += seconds;
    expected_done_ += options_.lab.runs * expected_seconds(rows_[i]);
    row["seconds"] = seconds;
    keep(row);
    tell(i, row, seconds);
  }
}

bool Bench::all_survived() const {
  return std::ranges::all_of(rows_, [&](const BenchRow& row) {
    const json* const found = known(row);
    return found != nullptr && row_survived(*found);
  });
}

void print_rows(const std::vector<BenchRow>& rows, int runs) {
  for (const BenchRow& row : rows) {
    fmt::print("{:<42} {}\n", row.name(), duration_text(runs * expected_seconds(row)));
  }
  fmt::print("{} rows, {} run{} of each: about {}\n", rows.size(), runs, runs == 1 ? "" : "s",
             duration_text(expected(rows, runs)));
}

}  // namespace

int run_bench(const BenchOptions& asked) {
  BenchOptions options = asked;
  auto rows = select_rows(options.selection);
  if (!rows) return complain(rows.error(), kUsage);
  if (options.list) {
    print_rows(*rows, options.lab.runs);
    return kSurvived;
  }
  // What one row lacks is told of in its place; what all lack, at once.
  if (auto met = check_requirements({}); !met) return complain(met.error(), kRigFailed);
  if (options.lab.out_dir.empty()) options.lab.out_dir = "out/lab/bench";

  const InterruptGuard guard;
  sweep_dead_namespaces();
  Bench bench(options, *rows);
  if (auto begun = bench.begin(); !begun) return complain(begun.error(), kUsage);
  if (options.lab.progress) {
    fmt::print(stderr, "{} rows, {} run{} of each: about {}\n", rows->size(), options.lab.runs,
               options.lab.runs == 1 ? "" : "s", duration_text(expected(*rows, options.lab.runs)));
  }
  bench.walk();
  fmt::print("{}",
             options.lab.json ? bench.object().dump() + "\n" : make_bench_table(bench.object()));
  if (interrupted()) {
    return complain({{}, "interrupted; the rest is walked with --resume"}, kInterrupted);
  }
  return bench.all_survived() ? kSurvived : kNotSurvived;
}

}  // namespace godwit::lab
