// SPDX-License-Identifier: Apache-2.0
// Runs all loops in turn and prints what came out. bench/run builds them and calls this.
//   compare FOLDER_OF_PROGRAMS WITH_SDP_FILE WITHOUT_SDP_FILE [--seconds S] [--rounds N] [--json
//   FILE]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop_program.h"

namespace {

using nlohmann::json;

constexpr std::array kLoops{"godwit_loop", "sofia_loop", "osip_loop", "libre_loop"};

struct Options {
  std::string programs, with_sdp, without_sdp, json_file;
  double seconds = 1;
  int rounds = 5;
};

struct Task {
  std::string title;
  std::string work;
  std::string file;
};

struct Loop {
  std::string name;  // "sofia-sip 1.12.11"
  bench::LoopProgram program;
  bool writes = false;
};

/// What was measured of one loop at one task.
struct Figures {
  std::vector<double> rates;  // messages per second, one of each round
  double mb_per_message = 0;
  json counts;
};
using Table = std::vector<std::vector<Figures>>;  // by task, by loop

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Half the way from the lowest to the highest, in percent of the median.
double spread(const std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return 50 * (*high - *low) / median(values);
}

/// How many times the rate of `other` that of `own` is: the median of the rounds, so that what
/// slows the whole machine for a while counts on both sides.
double ratio(const Figures& own, const Figures& other) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(own.rates.size(), other.rates.size()); ++i) {
    ratios.push_back(own.rates[i] / other.rates[i]);
  }
  return median(ratios);
}

std::vector<Loop> find_loops(const Options& options) {
  std::vector<Loop> loops;
  for (const char* const name : kLoops) {
    const auto path = options.programs + "/" + name;
    if (!std::filesystem::exists(path)) {
      std::printf("%s is not built: its development package is missing\n", name);
      continue;
    }
    loops.push_back({name, {path, options.programs + "/libcounting_heap.so"}});
  }
  return loops;
}

/// Every loop must accept every message, read the same as the first one, and write what reads the
/// same.
bool check(std::vector<Loop>& loops, const std::string& file) {
  bool good = true;
  std::optional<json> first;
  for (Loop& loop : loops) {
    const auto answer = loop.program.check(file);
    if (answer.is_discarded()) {
      std::printf("%s: the check printed no JSON\n", loop.name.c_str());
      return false;
    }
    loop.name = answer.value("parser", loop.name) + " " + answer.value("version", "");
    loop.writes = answer.value("writes", false);
    for (const char* const what : {"refused", "written_wrong"}) {
      if (answer[what].empty()) continue;
      good = false;
      std::printf("%s: %zu messages %s, the first is number %s\n", loop.name.c_str(),
                  answer[what].size(), what, answer[what][0].dump().c_str());
    }
    if (!first) first = answer;
    for (const char* const sum : {"message_sum", "media_sum", "origin_sum"}) {
      const bool unread = answer[sum] == 0;  // libre does not read the origin
      if (unread || answer[sum] == (*first)[sum]) continue;
      good = false;
      std::printf("%s: reads something else than the first loop: %s\n", loop.name.c_str(), sum);
    }
  }
  return good;
}

void measure_round(const std::vector<Task>& tasks, const std::vector<Loop>& loops, double seconds,
                   Table& table) {
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    for (std::size_t l = 0; l < loops.size(); ++l) {
      if (tasks[t].work == "write" && !loops[l].writes) continue;
      const auto answer = loops[l].program.time(tasks[t].work, tasks[t].file, seconds);
      if (answer.is_discarded()) continue;
      const double rate = answer["messages_per_s"];
      table[t][l].rates.push_back(rate);
      table[t][l].mb_per_message = answer["mb_per_s"].get<double>() / rate;
    }
  }
}

void count(const std::vector<Task>& tasks, const std::vector<Loop>& loops, Table& table) {
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    for (std::size_t l = 0; l < loops.size(); ++l) {
      if (tasks[t].work == "write" && !loops[l].writes) continue;
      table[t][l].counts = loops[l].program.count(tasks[t].work, tasks[t].file);
    }
  }
}

double counted(const Figures& figures, const char* what) {
  return figures.counts.is_object() ? figures.counts.value(what, 0.0) : 0.0;
}

void print_task(const Task& task, const std::vector<Loop>& loops,
                const std::vector<Figures>& figures) {
  std::printf("\n%-26s %12s %7s %9s %12s %9s %11s %9s\n", task.title.c_str(), "messages/s", "+-",
              "MB/s", "allocations", "bytes", "peak bytes", "godwit is");
  for (std::size_t l = 0; l < loops.size(); ++l) {
    const Figures& one = figures[l];
    if (one.rates.empty()) {
      std::printf("  %-24s %12s\n", loops[l].name.c_str(), "-");
      continue;
    }
    const double rate = median(one.rates);
    std::printf("  %-24s %12.0f %6.1f%% %9.1f %12.2f %9.0f %11.0f %8.2fx\n", loops[l].name.c_str(),
                rate, spread(one.rates), rate * one.mb_per_message, counted(one, "allocations"),
                counted(one, "bytes"), counted(one, "peak_bytes"), ratio(figures[0], one));
  }
}

json to_json(const std::vector<Task>& tasks, const std::vector<Loop>& loops, const Table& table) {
  json result = json::array();
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    for (std::size_t l = 0; l < loops.size(); ++l) {
      const Figures& one = table[t][l];
      if (one.rates.empty()) continue;
      const double rate = median(one.rates);
      result.push_back({{"task", tasks[t].title},
                        {"parser", loops[l].name},
                        {"messages_per_s", rate},
                        {"spread_percent", spread(one.rates)},
                        {"mb_per_s", rate * one.mb_per_message},
                        {"allocations", counted(one, "allocations")},
                        {"bytes", counted(one, "bytes")},
                        {"peak_bytes", counted(one, "peak_bytes")},
                        {"godwit_ratio", ratio(table[t][0], one)},
                        {"rounds", one.rates}});
    }
  }
  return result;
}

std::optional<Options> read_options(int argc, char** argv) {
  if (argc < 4) return std::nullopt;
  Options options{argv[1], argv[2], argv[3], ""};
  for (int i = 4; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--seconds")
      options.seconds = std::atof(argv[i + 1]);
    else if (name == "--rounds")
      options.rounds = std::atoi(argv[i + 1]);
    else if (name == "--json")
      options.json_file = argv[i + 1];
    else
      return std::nullopt;
  }
  const bool complete = argc % 2 == 0;
  if (!complete || options.seconds <= 0 || options.rounds < 1) return std::nullopt;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    std::fputs(
        "usage: compare PROGRAMS WITH_SDP WITHOUT_SDP [--seconds S] [--rounds N] [--json FILE]\n",
        stderr);
    return 2;
  }
  auto loops = find_loops(*options);
  if (loops.empty()) return 1;
  if (!check(loops, options->without_sdp) || !check(loops, options->with_sdp)) return 1;
  std::printf("every parser accepts every message and reads the same of it\n");

  const std::vector<Task> tasks{{"parse, without SDP", "parse", options->without_sdp},
                                {"parse, with SDP", "parse", options->with_sdp},
                                {"write, without SDP", "write", options->without_sdp},
                                {"write, with SDP", "write", options->with_sdp}};
  Table table(tasks.size(), std::vector<Figures>(loops.size()));
  count(tasks, loops, table);
  for (int round = 0; round < options->rounds; ++round) {
    std::fprintf(stderr, "round %d of %d\n", round + 1, options->rounds);
    measure_round(tasks, loops, options->seconds, table);
  }
  for (std::size_t t = 0; t < tasks.size(); ++t) print_task(tasks[t], loops, table[t]);
  if (options->json_file.empty()) return 0;
  std::ofstream out(options->json_file);
  out << to_json(tasks, loops, table).dump(2) << '\n';
  return out.flush() ? 0 : 1;
}
