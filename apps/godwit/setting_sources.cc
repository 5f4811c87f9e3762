// SPDX-License-Identifier: Apache-2.0
#include "setting_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "nearest_word.h"

namespace godwit::cli {
namespace {

/// A password has several sources; the one that is nearest to the command line counts alone.
constexpr std::array<std::string_view, 3> kPasswordKeys{"password", "password_file",
                                                        "password_cmd"};

bool is_password_key(std::string_view key) {
  return std::find(kPasswordKeys.begin(), kPasswordKeys.end(), key) != kPasswordKeys.end();
}

std::optional<FoundSetting> in_table(const ConfigTable& table, const std::string& key) {
  const auto it = table.find(key);
  if (it == table.end()) return std::nullopt;
  return FoundSetting{it->second.words, it->second.place};
}

}  // namespace

std::string process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

std::string variable_name(std::string_view key) {
  std::string name = "GODWIT_";
  for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

bool is_secret(std::string_view key) {
  return key == "password";
}

Result<SettingSources> SettingSources::make(Config config, const std::string& account,
                                            Environment environment) {
  if (!account.empty() && config.accounts.count(account) == 0) {
    std::vector<std::string> names;
    for (const auto& [name, table] : config.accounts) names.push_back(name);
    return fail(
        Errc::invalid_argument,
        fmt::format("--account {}: there is no [account.{}] in {}{}", account, account,
                    config.file.empty() ? "any config" : config.file, hint(account, names)));
  }
  SettingSources sources;
  sources.config_ = std::move(config);
  sources.account_ = account;
  sources.environment_ = std::move(environment);
  return sources;
}

std::optional<FoundSetting> SettingSources::in_environment(const std::string& key) const {
  const std::string name = variable_name(key);
  const std::string value = environment_(name);
  if (value.empty()) return std::nullopt;
  return FoundSetting{{value}, name};
}

std::optional<FoundSetting> SettingSources::find(const std::string& key) const {
  if (auto found = in_environment(key)) return found;
  if (is_password_key(key)) {
    for (const std::string_view other : kPasswordKeys) {
      if (in_environment(std::string(other))) return std::nullopt;
    }
  }
  if (!account_.empty()) {
    if (auto found = in_table(config_.accounts.at(account_), key)) return found;
  }
  return in_table(config_.settings, key);
}

}  // namespace godwit::cli
