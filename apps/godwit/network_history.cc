// SPDX-License-Identifier: Apache-2.0
#include "network_history.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "history_file.h"
#include "network_chronicle.h"
#include "settings.h"

namespace godwit::cli {
namespace {

constexpr int kUsualLines = 20;
constexpr int kMostLines = 100'000;

struct NetworkHistoryCommand {
  CommonSettings common;
  int last = kUsualLines;
  bool clear = false;
};

int run_network_history(const NetworkHistoryCommand& command) {
  Output output(output_settings(command.common));
  const HistoryFile file(network_history_path());
  Json result;
  result["changes"] = Json::array();
  Verdict verdict;
  if (command.clear) {
    if (const auto cleared = file.clear(); !cleared) verdict = verdict_on(cleared.error(), "History");
  } else if (const auto entries = file.read(); !entries) {
    verdict = verdict_on(entries.error(), "History");
  } else {
    const auto n = std::min(entries->size(), static_cast<std::size_t>(command.last));
    const std::vector<Json> latest(entries->end() - static_cast<std::ptrdiff_t>(n), entries->end());
    for (const Json& entry : latest) output.result(network_history_line(entry));
    result["changes"] = latest;
  }
  output.finish("network history", verdict, result);
  return static_cast<int>(verdict.code);
}

}  // namespace

void add_network_history(const Verb& network, Selected& selected) {
  auto command = std::make_shared<NetworkHistoryCommand>();
  const Verb verb = network.add_verb("history", "The network changes gone through, the latest last");
  verb.number({"--last", "This many; default 20", "NUMBER"}, command->last, {1, kMostLines});
  verb.flag({"--clear", "Forget all of them"}, command->clear);
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_network_history(*command); }; });
}

}  // namespace godwit::cli
