// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "option_filling.h"
#include "settings.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

struct ConfigCommand {
  CommonSettings common;
  ConfigChoice config;
  bool origin = false;
};

/// `godwit config show`: what counts where the command line says nothing.
int show(const ConfigCommand& command) {
  Output output(output_settings(command.common));
  const auto sources = open_sources(command.config.file, command.config.account, false);
  if (!sources) {
    const Verdict verdict = verdict_on(sources.error(), "Config");
    output.finish("config", verdict, Json::object());
    return static_cast<int>(verdict.code);
  }
  Json result;
  result["file"] = sources->config().file;
  result["account"] = sources->account();
  result["settings"] = Json::object();
  const bool unmasked = !process_environment("GODWIT_SHOW_SECRETS").empty();
  for (const auto* keys : {&config_keys().account, &config_keys().settings}) {
    for (const std::string& key : *keys) {
      const auto found = sources->find(key);
      if (!found) continue;
      const bool masked = is_secret(key) && !unmasked;
      const std::string value =
          masked ? std::string(kMaskedSecret) : fmt::format("{}", fmt::join(found->words, " "));
      result["settings"][key] = {{"value", value}, {"origin", found->origin}};
      const std::string origin = command.origin ? "  # " + found->origin : "";
      output.result(shown(fmt::format("{} = {}{}", key, value, origin)));
    }
  }
  output.finish("config", {}, result);
  return static_cast<int>(ExitCode::success);
}

/// `godwit config check`: every account of the file.
int check(const ConfigCommand& command) {
  Output output(output_settings(command.common));
  const auto sources = open_sources(command.config.file, command.config.account, false);
  Verdict verdict;
  Json result;
  result["accounts"] = Json::array();
  if (!sources) {
    verdict = verdict_on(sources.error(), "Config");
  } else {
    const Config& config = sources->config();
    for (const auto& [name, table] : config.accounts) result["accounts"].push_back(name);
    if (!config.warning.empty()) output.note(shown(config.warning), Tone::attention);
    output.result(config.file.empty()
                      ? "There is no config; that is fine."
                      : shown(fmt::format("{}: {} settings, {} accounts.", config.file,
                                          config.settings.size(), config.accounts.size())));
  }
  output.finish("config", verdict, result);
  return static_cast<int>(verdict.code);
}

int path(const ConfigCommand& command) {
  Output output(output_settings(command.common));
  const std::string file =
      command.config.file.empty() ? default_config_path() : command.config.file;
  Json result;
  result["file"] = file;
  output.result(file);
  output.finish("config", {}, result);
  return static_cast<int>(ExitCode::success);
}

using Run = int (*)(const ConfigCommand&);

void add(const Verb& config, Selected& selected, const std::string& name, const std::string& help,
         Run run) {
  auto command = std::make_shared<ConfigCommand>();
  const Verb verb = config.add_verb(name, help);
  verb.text({"--config", "Default: config.toml of the user; none: no file", "FILE"},
            command->config.file);
  verb.text({"--account", "Default: default_account of the config", "NAME"},
            command->config.account);
  if (run == show) {
    verb.flag({"--origin", "Say where each value comes from"}, command->origin);
  }
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, run, &selected] { selected.run = [command, run] { return run(*command); }; });
}

}  // namespace

void add_config_command(const Verb& program, Selected& selected) {
  const Verb verb = program.add_verb("config", "Settings and accounts of config.toml");
  add(verb, selected, "show", "What the environment and the config set, passwords masked", show);
  add(verb, selected, "check", "Is everything in it understood?", check);
  add(verb, selected, "path", "Where the config is looked for", path);
}

}  // namespace godwit::cli
