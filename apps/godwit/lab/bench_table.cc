// SPDX-License-Identifier: Apache-2.0
#include "lab/bench_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "lab/targets.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr std::size_t kColumns = 11;
using Line = std::array<std::string, kColumns>;

const Line& head() {
  static const Line line = {"scenario", "change",  "transport", "server",   "peer",    "back, ms",
                            "worst",    "at most", "lost in",   "lost out", "survived"};
  return line;
}

json median_of(const json& value) {
  return value.is_object() ? value["median"] : value;
}

json worst_of(const json& value) {
  return value.is_object() ? value["max"] : value;
}

std::string family_of(const json& address) {
  return address.get<std::string>().find(':') == std::string::npos ? "IPv4" : "IPv6";
}

std::string change_name(const json& change) {
  return fmt::format("{} {} to {} {}", change["from_network"].get<std::string>(),
                     family_of(change["from"]), change["to_network"].get<std::string>(),
                     family_of(change["to"]));
}

// What was held or rang is back once sound is wanted, what talked when it is heard at the new
// address.
const char* figure_of(const json& change) {
  const bool wanted = change.contains("sound_in_ms") && !change["sound_in_ms"].is_null();
  return wanted ? "sound_in_ms" : "first_rtp_in_ms";
}

json describe_figures(const json& figures, const char* name) {
  return {{"figure", name},
          {"median", median_of(figures[name])},
          {"worst", worst_of(figures[name])},
          {"lost_in", figures["lost_in"]},
          {"lost_out", figures["lost_out"]}};
}

json describe_change(const LabOptions& options, const json& change) {
  const char* const name = figure_of(change);
  json object = describe_figures(change, name);
  object["change"] = change_name(change);
  const auto limit = limits_for(options, change).of(name);
  object["at_most"] = limit ? json(limit->value) : json(nullptr);
  return object;
}

json names_of(const BenchRow& row) {
  return {{"name", row.name()},
          {"scenario", row.scenario},
          {"transport", row.transport},
          {"server", row.server},
          {"peer", row.peer}};
}

std::string shown(const json& value) {
  if (value.is_null()) return "-";
  return fmt::format("{:.4g}", value.get<double>());
}

// The median, and the most if that is another.
std::string shown_loss(const json& value) {
  const std::string median = shown(median_of(value));
  const std::string most = shown(worst_of(value));
  return median == most ? median : fmt::format("{} ({})", median, most);
}

Line line_of(const json& row, const json& change) {
  const auto text = [&](const char* field) { return row[field].get<std::string>(); };
  const std::string survived =
      row["error"].is_null()
          ? fmt::format("{}/{}", row["survived_runs"].get<int>(), row["runs"].get<int>())
          : "not walked";
  if (change.is_null()) {
    return {text("scenario"),
            "-",
            text("transport"),
            text("server"),
            text("peer"),
            "-",
            "-",
            "-",
            "-",
            "-",
            survived};
  }
  return {text("scenario"),
          change["change"].get<std::string>(),
          text("transport"),
          text("server"),
          text("peer"),
          shown(change["median"]),
          shown(change["worst"]),
          shown(change["at_most"]),
          shown_loss(change["lost_in"]),
          shown_loss(change["lost_out"]),
          survived};
}

std::string joined(const Line& line, const std::array<std::size_t, kColumns>& widths) {
  std::string text = "|";
  for (std::size_t i = 0; i < kColumns; ++i) text += fmt::format(" {:<{}} |", line[i], widths[i]);
  return text + "\n";
}

std::string list_of_misses(const json& bench) {
  std::string text;
  for (const json& row : bench["rows"]) {
    const std::string name = row["name"].get<std::string>();
    if (!row["error"].is_null()) {
      text += fmt::format("- {}: not walked: {}\n", name, row["error"].get<std::string>());
    }
    for (const json& missed : row["missed"]) {
      text += fmt::format("- {}: {}\n", name, missed.get<std::string>());
    }
  }
  return text;
}

}  // namespace

json describe_row(const BenchRow& row, const LabOptions& options, const json& report) {
  json object = names_of(row);
  object["error"] = nullptr;
  object["runs"] = options.runs;
  object["survived_runs"] = report["survived_runs"];
  object["missed"] = report.value("missed", json::array());
  object["problems"] = report.value("problems", json::array());
  object["evidence"] = options.out_dir;
  object["changes"] = json::array();
  for (const json& change : report.value("changes", json::array())) {
    object["changes"].push_back(describe_change(options, change));
  }
  // Over all calls of a trunk: the report is that of one change.
  if (!report.contains("changes") && report.contains("first_rtp_in_ms")) {
    json calls = describe_figures(report, "first_rtp_in_ms");
    calls["change"] = "over all calls";
    calls["at_most"] = nullptr;
    object["changes"].push_back(std::move(calls));
  }
  return object;
}

json describe_failed_row(const BenchRow& row, const std::string& sentence) {
  json object = names_of(row);
  object["error"] = sentence;
  object["missed"] = json::array();
  object["changes"] = json::array();
  return object;
}

bool row_survived(const json& row) {
  return row["error"].is_null() && row["survived_runs"] == row["runs"];
}

std::string make_bench_table(const json& bench) {
  std::vector<Line> lines = {head()};
  for (const json& row : bench["rows"]) {
    if (row["changes"].empty()) lines.push_back(line_of(row, nullptr));
    for (const json& change : row["changes"]) lines.push_back(line_of(row, change));
  }
  std::array<std::size_t, kColumns> widths{};
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  Line rule;
  for (std::size_t i = 0; i < kColumns; ++i) rule[i] = std::string(widths[i], '-');
  lines.insert(lines.begin() + 1, rule);
  std::string text;
  for (const Line& line : lines) text += joined(line, widths);
  return text;
}

std::string make_bench_document(const json& bench) {
  std::string text = "# The lab's figures\n\n";
  text += bench["method"].get<std::string>() + "\n\n";
  text += fmt::format("- begun: {}\n- machine: {}\n", bench["begun"].get<std::string>(),
                      bench["machine"].get<std::string>());
  for (const auto& [program, version] : bench["versions"].items()) {
    text += fmt::format("- {}: {}\n", program, version.get<std::string>());
  }
  text += "\n" + make_bench_table(bench);
  const std::string misses = list_of_misses(bench);
  if (!misses.empty()) text += "\n## Beyond a limit, or not walked\n\n" + misses;
  return text;
}

}  // namespace godwit::lab
