// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config_file.h"

namespace godwit::cli {

/// A value that the command line did not give, and where it comes from.
struct FoundSetting {
  std::vector<std::string> words;
  std::string origin;  ///< "config.toml:7:9", "GODWIT_LOG"

  bool operator==(const FoundSetting&) const = default;
};

/// Reads a variable of the environment; empty: not set.
using Environment = std::function<std::string(const std::string& name)>;
/// The environment of this process.
[[nodiscard]] std::string process_environment(const std::string& name);

/// "password_cmd" is found in GODWIT_PASSWORD_CMD.
[[nodiscard]] std::string variable_name(std::string_view key);

/// What to say of a value that is secret.
inline constexpr std::string_view kMaskedSecret = "***";
/// Is it one of those that are shown masked?
[[nodiscard]] bool is_secret(std::string_view key);

/// Where settings come from when the command line is silent, the first that has one: the
/// environment, the account, [settings].
class SettingSources {
 public:
  /// @param account  the account that is used, by name; empty: none
  /// @return `invalid_argument` for an account that the config does not have.
  [[nodiscard]] static Result<SettingSources> make(Config config, const std::string& account,
                                                   Environment environment);

  [[nodiscard]] std::optional<FoundSetting> find(const std::string& key) const;
  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] const std::string& account() const { return account_; }

 private:
  [[nodiscard]] std::optional<FoundSetting> in_environment(const std::string& key) const;

  Config config_;
  std::string account_;
  Environment environment_;
};

}  // namespace godwit::cli
