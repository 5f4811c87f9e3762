// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

#include "commands.h"
#include "lab/lab.h"
#include "settings.h"

namespace godwit::cli {
namespace {

struct LabCommand {
  CommonSettings common;
  lab::LabOptions options;
};

int run_lab_list(const CommonSettings& common) {
  Output output(common.output);
  Json scenarios = Json::array();
  for (const lab::ScenarioSummary& scenario : lab::list_scenarios()) {
    output.result(fmt::format("{:<12} {}", scenario.name, scenario.sentence));
    scenarios.push_back({{"name", scenario.name}, {"sentence", scenario.sentence}});
  }
  output.finish("lab list", {}, Json{{"scenarios", scenarios}});
  return static_cast<int>(ExitCode::success);
}

int run_lab_scenario(const LabCommand& command) {
  const Output output(command.common.output);
  lab::LabOptions options = command.options;
  options.json = command.common.output.json;
  options.color = output.color_on_stdout();
  options.progress = !command.common.output.quiet;
  return lab::run_lab(options);
}

void add_link_options(CLI::App& parser, lab::LabOptions& options) {
  constexpr double kMostMilliseconds = 10000;
  constexpr double kHundred = 100;
  const std::string group = "Access links";
  const auto in = [](double most) { return CLI::Range(0.0, most).description(""); };
  parser.add_option("--delay", options.one_way_ms, "One way, each direction; default 25")
      ->type_name("MS")
      ->check(in(kMostMilliseconds))
      ->group(group);
  parser.add_option("--jitter", options.jitter_ms, "Up to this much more delay; order is kept")
      ->type_name("MS")
      ->check(in(kMostMilliseconds))
      ->group(group);
  parser.add_option("--loss", options.loss_percent, "Of all packets, each direction")
      ->type_name("PERCENT")
      ->check(in(kHundred))
      ->group(group);
  parser.add_option("--reorder", options.reorder_percent, "So many packets overtake the others")
      ->type_name("PERCENT")
      ->check(in(kHundred))
      ->group(group);
  parser.add_option("--rate", options.rate_kbps, "Each direction; default: no limit")
      ->type_name("KBIT/S")
      ->check(CLI::NonNegativeNumber)
      ->group(group);
  parser.add_option("--seed", options.seed, "Decides losses, jitter and the moment of change")
      ->type_name("NUMBER")
      ->group(group);
}

void add_run(CLI::App& lab, Selected& selected) {
  constexpr int kMostRuns = 1000;
  constexpr int kMostDown = 60000;
  auto command = std::make_shared<LabCommand>();
  lab::LabOptions& options = command->options;
  CLI::App* run = lab.add_subcommand("run", "Walk a scenario and measure what a call goes through");
  run->add_option("scenario", options.scenario, "One of `godwit lab list`; default wifi-to-lte");
  run->add_option("--server", options.server, "embedded (godwit serve) or kamailio")
      ->type_name("NAME");
  run->add_option("--peer", options.peer, "Who is called: godwit or baresip")->type_name("NAME");
  run->add_option("--transport", options.transport, "udp")->type_name("NAME");
  run->add_option("--runs", options.runs, "How often; figures become median, min and max")
      ->type_name("N")
      ->check(CLI::Range(1, kMostRuns).description(""));
  run->add_option("--down", options.down_ms, "Time without any network in a break; default 0")
      ->type_name("MS")
      ->check(CLI::Range(0, kMostDown).description(""));
  run->add_option("--out", options.out_dir, "Evidence; default out/lab/SCENARIO")->type_name("DIR");
  add_link_options(*run, options);
  add_common_options(*run, command->common);
  run->callback(
      [command, &selected] { selected.run = [command] { return run_lab_scenario(*command); }; });
}

}  // namespace

void add_lab_command(CLI::App& program, Selected& selected) {
  CLI::App* lab = program.add_subcommand("lab", "Networks in namespaces: see calls move, measured");
  lab->require_subcommand(1);
  auto common = std::make_shared<CommonSettings>();
  CLI::App* list = lab->add_subcommand("list", "The scenarios");
  add_common_options(*list, *common);
  list->callback(
      [common, &selected] { selected.run = [common] { return run_lab_list(*common); }; });
  add_run(*lab, selected);
}

}  // namespace godwit::cli
