// SPDX-License-Identifier: Apache-2.0
#include "option_filling.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "settings.h"
#include "sound_settings.h"

namespace godwit::cli {
namespace {

std::string key_of(const CLI::Option& option) {
  if (option.get_lnames().empty()) return {};
  std::string key = option.get_lnames().front();
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

/// What a script asks for must not depend on somebody's settings.
bool is_for_one_command(const std::string& key) {
  return key.empty() || key == "help" || key == "json" || key == "events" || key == "timeout" ||
         key == "config" || key == "account";
}

CLI::App* chosen_verb(CLI::App& program) {
  CLI::App* verb = &program;
  while (!verb->get_subcommands().empty()) verb = verb->get_subcommands().front();
  return verb;
}

std::string given(CLI::App& verb, const std::string& name) {
  const CLI::Option* option = verb.get_option_no_throw(name);
  return option == nullptr || option->count() == 0 ? "" : option->results().front();
}

bool is_given(CLI::App& verb, const std::string& name) {
  const CLI::Option* option = verb.get_option_no_throw(name);
  return option != nullptr && option->count() > 0;
}

bool has_password_source(CLI::App& verb) {
  return is_given(verb, "--password-file") || is_given(verb, "--password-cmd");
}

Result<void> fill(CLI::Option& option, const std::string& key, const FoundSetting& found) {
  const auto wrong = [&](const std::string& why) {
    return fail(Errc::invalid_argument, fmt::format("{}: {}: {}", found.origin, key, why));
  };
  if (option.get_expected_max() <= 1 && found.words.size() != 1) return wrong("one value wanted");
  try {
    for (const std::string& word : found.words) option.add_result(word);
    option.run_callback();
  } catch (const CLI::Error& error) {
    return wrong(is_secret(key) ? "cannot be read" : error.what());
  }
  return {};
}

/// A list of words is a command line cut already.
FoundSetting joined(FoundSetting found) {
  std::string line;
  for (const std::string& word : found.words) {
    // Each word keeps its blanks; a quote of one kind stands in quotes of the other.
    const char quote = word.find('\'') == std::string::npos ? '\'' : '"';
    line += (line.empty() ? "" : " ") + (quote + word + quote);
  }
  return {{line}, found.origin};
}

}  // namespace

const ConfigKeys& config_keys() {
  static const ConfigKeys keys = [] {
    CLI::App parser;
    const Verb verb(parser);
    CommonSettings common;
    AgentSettings agent;
    AccountSettings account;
    SoundSettings sound;
    add_common_options(verb, common);
    add_agent_options(verb, agent);
    add_sound_options(verb, sound);
    add_account_options(verb, account);
    ConfigKeys all;
    for (const CLI::Option* option : parser.get_options()) {
      const std::string key = key_of(*option);
      if (is_for_one_command(key)) continue;
      const bool is_account = option->get_group() == "Account" || is_secret(key);
      (is_account ? all.account : all.settings).push_back(key);
    }
    return all;
  }();
  return keys;
}

Result<SettingSources> open_sources(const std::string& file, const std::string& account,
                                    bool has_identity) {
  const std::string named = file.empty() ? process_environment("GODWIT_CONFIG") : file;
  Result<Config> config = Config{};
  if (named.empty()) {
    config = read_config(default_config_path(), FileNeed::may_be_missing, config_keys());
  } else if (named != "none") {
    config = read_config(named, FileNeed::must_exist, config_keys());
  }
  if (!config) return tl::unexpected(config.error());
  std::string chosen = account.empty() ? process_environment("GODWIT_ACCOUNT") : account;
  if (chosen.empty() && !has_identity) chosen = config->default_account;
  return SettingSources::make(std::move(*config), chosen, process_environment);
}

Result<std::string> fill_options(CLI::App& program) {
  CLI::App& verb = *chosen_verb(program);
  const CLI::Option* const config = verb.get_option_no_throw("--config");
  // `godwit config` looks at it without being led by it.
  if (config == nullptr || config->get_group() != "Account") return std::string();
  if (is_given(verb, "--password")) {
    return fail(Errc::invalid_argument,
                "--password would be seen by every user of this machine: use --password-file, "
                "--password-cmd or GODWIT_PASSWORD");
  }
  const bool has_identity = is_given(verb, "--aor") || !process_environment("GODWIT_AOR").empty();
  auto sources = open_sources(given(verb, "--config"), given(verb, "--account"), has_identity);
  if (!sources) return tl::unexpected(sources.error());
  for (CLI::Option* option : verb.get_options()) {
    const std::string key = key_of(*option);
    if (is_for_one_command(key) || option->count() > 0) continue;
    const auto in = [&key](const std::vector<std::string>& keys) {
      return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    const ConfigKeys& keys = config_keys();
    if (!in(keys.settings) && !in(keys.account)) continue;
    if (key.rfind("password", 0) == 0 && has_password_source(verb)) continue;
    auto found = sources->find(key);
    if (!found) continue;
    if (key == "password_cmd" && found->words.size() > 1) found = joined(std::move(*found));
    if (auto filled = fill(*option, key, *found); !filled) return tl::unexpected(filled.error());
  }
  return sources->config().warning;
}

}  // namespace godwit::cli
