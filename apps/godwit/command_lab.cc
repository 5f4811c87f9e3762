// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdlib>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "lab/bench.h"
#include "lab/lab.h"
#include "settings.h"

namespace godwit::cli {
namespace {

struct LabCommand {
  CommonSettings common;
  lab::LabOptions options;
};

int run_lab_list(const CommonSettings& common) {
  Output output(output_settings(common));
  Json scenarios = Json::array();
  for (const lab::ScenarioSummary& scenario : lab::list_scenarios()) {
    output.result(fmt::format("{:<12} {}", scenario.name, scenario.sentence));
    scenarios.push_back({{"name", scenario.name}, {"sentence", scenario.sentence}});
  }
  output.finish("lab list", {}, Json{{"scenarios", scenarios}});
  return static_cast<int>(ExitCode::success);
}

struct BenchCommand {
  CommonSettings common;
  lab::BenchOptions options;
};

void prepare(const CommonSettings& common, lab::LabOptions& options) {
  const Output output(output_settings(common));
  options.json = common.output.json;
  options.color = output.color_on_stdout();
  options.progress = !common.output.quiet;
  // The parties are nobody's phones: no settings of the user, no place in his history.
  ::setenv("GODWIT_CONFIG", "none", 1);
  ::setenv("GODWIT_HISTORY", "false", 1);
  ::setenv("GODWIT_OUTBOUND", "never", 1);  // its instance-id is his too
}

int run_lab_scenario(const LabCommand& command) {
  lab::LabOptions options = command.options;
  prepare(command.common, options);
  return lab::run_lab(options);
}

int run_lab_bench(const BenchCommand& command) {
  lab::BenchOptions options = command.options;
  prepare(command.common, options.lab);
  return lab::run_bench(options);
}

void add_link_options(const Verb& verb, lab::LabOptions& options) {
  constexpr Limits<double> kMilliseconds{0, 10000};
  constexpr Limits<double> kPercent{0, 100};
  constexpr Limits<double> kKilobits{0, 1e7};
  const std::string group = "Access links";
  verb.number({"--delay", "One way, each direction; default 25", "MS", group}, options.one_way_ms,
              kMilliseconds);
  verb.number({"--jitter", "Up to this much more delay; order is kept", "MS", group},
              options.jitter_ms, kMilliseconds);
  verb.number({"--loss", "Of all packets, each direction", "PERCENT", group}, options.loss_percent,
              kPercent);
  verb.number({"--reorder", "So many packets overtake the others", "PERCENT", group},
              options.reorder_percent, kPercent);
  verb.number({"--rate", "Each direction; default: no limit", "KBIT/S", group}, options.rate_kbps,
              kKilobits);
  verb.number({"--seed", "Decides losses, jitter and the moment of change", "NUMBER", group},
              options.seed);
}

void add_run(const Verb& lab, Selected& selected) {
  constexpr Limits<int> kRuns{1, 1000};
  constexpr Limits<int> kDown{0, 60000};
  auto command = std::make_shared<LabCommand>();
  lab::LabOptions& options = command->options;
  const Verb run = lab.add_verb("run", "Walk a scenario and measure what a call goes through");
  run.text({"scenario", "One of `godwit lab list`; default wifi-to-lte"}, options.scenario);
  run.text({"--server", "embedded (godwit serve) or kamailio", "NAME"}, options.server);
  run.text({"--peer", "Who is called: godwit or baresip", "NAME"}, options.peer);
  run.text({"--media", "Protection of sound: plain, sdes or dtls; default plain", "NAME"},
           options.media);
  run.text({"--transport", "Of A's signalling: udp, tcp or tls; default udp", "NAME"},
           options.transport);
  run.number({"--runs", "How often; figures become median, min and max", "N"}, options.runs, kRuns);
  run.number({"--down", "Time without any network in a break; default 0", "MS"}, options.down_ms,
             kDown);
  run.text({"--out", "Evidence; default out/lab/SCENARIO", "DIR"}, options.out_dir);
  run.flag({"--why", "Say why each change took the round trips that it took"}, options.why);
  add_link_options(run, options);
  add_common_options(run, command->common);
  run.when_chosen(
      [command, &selected] { selected.run = [command] { return run_lab_scenario(*command); }; });
}

void add_bench(const Verb& lab, Selected& selected) {
  constexpr Limits<int> kRuns{1, 1000};
  constexpr int kUsualRuns = 3;
  auto command = std::make_shared<BenchCommand>();
  lab::BenchOptions& options = command->options;
  options.lab.runs = kUsualRuns;
  const Verb bench = lab.add_verb("bench", "All scenarios, transports and servers in one table");
  bench.flag({"--list", "Print the rows and how long they take; walk none"}, options.list);
  bench.flag({"--slice", "Only the rows that tell most: about 5 minutes"},
             options.selection.slice);
  bench.text({"--only", "Only rows with this in their name; a regular expression", "REGEX"},
             options.selection.only);
  bench.number({"--runs", "How often each row; figures are medians; default 3", "N"},
               options.lab.runs, kRuns);
  bench.flag({"--resume", "Keep the rows that bench.json has, walk the others"}, options.resume);
  bench.text({"--out", "Figures and evidence; default out/lab/bench", "DIR"},
             options.lab.out_dir);
  add_link_options(bench, options.lab);
  add_common_options(bench, command->common);
  bench.when_chosen(
      [command, &selected] { selected.run = [command] { return run_lab_bench(*command); }; });
}

}  // namespace

void add_lab_command(const Verb& program, Selected& selected) {
  const Verb lab = program.add_verb("lab", "Networks in namespaces: see calls move, measured");
  auto common = std::make_shared<CommonSettings>();
  const Verb list = lab.add_verb("list", "The scenarios");
  add_common_options(list, *common);
  list.when_chosen(
      [common, &selected] { selected.run = [common] { return run_lab_list(*common); }; });
  add_run(lab, selected);
  add_bench(lab, selected);
}

}  // namespace godwit::cli
