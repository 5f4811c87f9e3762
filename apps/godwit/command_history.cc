// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "config_file.h"
#include "history_file.h"
#include "settings.h"

namespace godwit::cli {
namespace {

constexpr int kUsualLines = 20;
constexpr int kMostLines = 100'000;

struct HistoryCommand {
  CommonSettings common;
  int last = kUsualLines;
  bool clear = false;
};

void print(const std::vector<Json>& entries, const HistoryCommand& command, Output& output) {
  const std::size_t n = std::min(entries.size(), static_cast<std::size_t>(command.last));
  for (std::size_t i = entries.size() - n; i < entries.size(); ++i) {
    output.result(history_line(entries[i]));
  }
}

int run_history(const HistoryCommand& command) {
  Output output(output_settings(command.common));
  const HistoryFile file(state_path("history.ndjson"));
  Json result;
  result["calls"] = Json::array();
  Verdict verdict;
  if (command.clear) {
    if (const auto cleared = file.clear(); !cleared)
      verdict = verdict_on(cleared.error(), "History");
  } else if (const auto entries = file.read(); !entries) {
    verdict = verdict_on(entries.error(), "History");
  } else {
    print(*entries, command, output);
    const std::size_t n = std::min(entries->size(), static_cast<std::size_t>(command.last));
    result["calls"] =
        std::vector<Json>(entries->end() - static_cast<std::ptrdiff_t>(n), entries->end());
  }
  output.finish("history", verdict, result);
  return static_cast<int>(verdict.code);
}

}  // namespace

void add_history_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<HistoryCommand>();
  const Verb verb = program.add_verb("history", "The calls made and taken, the latest last");
  verb.number({"--last", "This many; default 20", "NUMBER"}, command->last, {1, kMostLines});
  verb.flag({"--clear", "Forget all of them"}, command->clear);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_history(*command); }; });
}

}  // namespace godwit::cli
