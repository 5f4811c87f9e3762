// SPDX-License-Identifier: Apache-2.0
#include "config_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "nearest_word.h"
#include "password_file.h"

namespace godwit::cli {
namespace {

using Words = std::vector<std::string>;

/// Reads one file; the first fault ends it.
class ConfigReader {
 public:
  ConfigReader(std::string name, const ConfigKeys& keys)
      : name_(std::move(name)), settings_(keys.settings), account_(keys.settings) {
    account_.insert(account_.end(), keys.account.begin(), keys.account.end());
  }

  Result<Config> read(const toml::table& root) {
    const Words known = {"default_account", "settings", "account"};
    for (const auto& [key, node] : root) {
      if (key.str() == "default_account") {
        read_default(node);
      } else if (key.str() == "settings") {
        read_table(node, "[settings]", settings_, config_.settings);
      } else if (key.str() == "account") {
        read_accounts(node);
      } else {
        fault(key.source(),
              fmt::format("{}: there is no such key{}", key.str(), hint(key.str(), known)));
      }
      if (error_) return tl::unexpected(*error_);
    }
    check_default();
    if (error_) return tl::unexpected(*error_);
    return std::move(config_);
  }

 private:
  [[nodiscard]] std::string place(const toml::source_region& at) const {
    return fmt::format("{}:{}:{}", name_, at.begin.line, at.begin.column);
  }

  void fault(const toml::source_region& at, std::string_view what) {
    if (error_) return;
    error_ = Error{make_error_code(Errc::invalid_argument), fmt::format("{}: {}", place(at), what)};
  }

  void read_default(const toml::node& node) {
    const auto name = node.value_exact<std::string>();
    if (!name) return fault(node.source(), "default_account: a name in quotes wanted");
    config_.default_account = *name;
    default_at_ = node.source();
  }

  void check_default() {
    const std::string& name = config_.default_account;
    if (name.empty() || config_.accounts.count(name) > 0) return;
    Words names;
    for (const auto& [known, table] : config_.accounts) names.push_back(known);
    fault(default_at_,
          fmt::format("default_account: there is no [account.{}]{}", name, hint(name, names)));
  }

  void read_accounts(const toml::node& node) {
    const toml::table* accounts = node.as_table();
    if (accounts == nullptr) return fault(node.source(), "account: a table like [account.work]");
    for (const auto& [name, table] : *accounts) {
      const std::string account(name.str());
      read_table(table, fmt::format("[account.{}]", account), account_, config_.accounts[account]);
      check_password(config_.accounts[account]);
    }
  }

  void read_table(const toml::node& node, const std::string& title, const Words& known,
                  ConfigTable& out) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fault(node.source(), fmt::format("{} must be a table", title));
    for (const auto& [key, value] : *table) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        return fault(key.source(), fmt::format("{}: there is no such key in {}{}", name, title,
                                               hint(name, known)));
      }
      out[name] = {words_of(value), place(value.source())};
    }
  }

  /// A password has one source.
  void check_password(const ConfigTable& account) {
    std::string first;
    for (const char* key : {"password", "password_file", "password_cmd"}) {
      const auto it = account.find(key);
      if (it == account.end()) continue;
      if (!first.empty() && !error_) {
        error_ =
            Error{make_error_code(Errc::invalid_argument),
                  fmt::format("{}: {} and {} exclude each other", it->second.place, first, key)};
      }
      first = key;
    }
  }

  Words words_of(const toml::node& value) {
    if (const toml::array* list = value.as_array()) {
      Words words;
      for (const toml::node& one : *list) words.push_back(word_of(one));
      return words;
    }
    return {word_of(value)};
  }

  std::string word_of(const toml::node& value) {
    if (const auto text = value.value_exact<std::string>()) return *text;
    if (const auto truth = value.value_exact<bool>()) return *truth ? "true" : "false";
    if (const auto whole = value.value_exact<std::int64_t>()) return std::to_string(*whole);
    if (const auto number = value.value_exact<double>()) return fmt::format("{}", *number);
    fault(value.source(), "a text, a number, true, false or a list of these wanted");
    return {};
  }

  std::string name_;
  Words settings_;
  Words account_;
  Config config_;
  toml::source_region default_at_;
  std::optional<Error> error_;
};

std::string from_home(const char* variable, std::string_view otherwise, std::string_view file) {
  const char* folder = std::getenv(variable);
  // Relative paths are to be ignored (XDG Base Directory Specification).
  if (folder != nullptr && *folder == '/') return fmt::format("{}/godwit/{}", folder, file);
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  return fmt::format("{}/{}/godwit/{}", home, otherwise, file);
}

bool holds_passwords(const Config& config) {
  return std::any_of(config.accounts.begin(), config.accounts.end(),
                     [](const auto& account) { return account.second.count("password") > 0; });
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name,
                            const ConfigKeys& keys) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return fail(Errc::invalid_argument,
                fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description()));
  }
  auto config = ConfigReader(name, keys).read(root);
  if (config) config->file = name;
  return config;
}

Result<Config> read_config(const std::string& path, FileNeed need, const ConfigKeys& keys) {
  if (need == FileNeed::may_be_missing && (path.empty() || ::access(path.c_str(), F_OK) != 0)) {
    return Config{};
  }
  // Whoever can write it could have a program of his run for the password.
  Result<SecretFile> file = read_secret_file(path);
  if (!file) return tl::unexpected(file.error());
  auto config = parse_config(file->text, path, keys);
  if (config && holds_passwords(*config)) config->warning = file->warning;
  return config;
}

std::string default_config_path() {
  return from_home("XDG_CONFIG_HOME", ".config", "config.toml");
}

std::string state_path(std::string_view file) {
  return from_home("XDG_STATE_HOME", ".local/state", file);
}

}  // namespace godwit::cli
