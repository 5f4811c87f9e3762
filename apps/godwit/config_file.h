// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"

namespace godwit::cli {

/// One value of config.toml, as words of a command line.
struct ConfigValue {
  std::vector<std::string> words;
  std::string place;  ///< "config.toml:7:9"

  bool operator==(const ConfigValue&) const = default;
};

/// By key, which is the long name of an option with "_" for "-".
using ConfigTable = std::map<std::string, ConfigValue>;

/// What config.toml says.
struct Config {
  std::string file;             ///< empty: there is none
  std::string warning;          ///< a sentence, when others may read passwords in it; else empty
  std::string default_account;  ///< empty: none
  ConfigTable settings;
  std::map<std::string, ConfigTable> accounts;
};

/// The keys that a config may have.
struct ConfigKeys {
  std::vector<std::string> settings;  ///< of [settings]; accounts take them too
  std::vector<std::string> account;   ///< of [account.NAME] only
};

/// Reads a config; `name` stands in the places of errors.
/// @return `invalid_argument` with line and column for what cannot be read, and for keys that do
///         not exist with the nearest one that does.
[[nodiscard]] Result<Config> parse_config(std::string_view text, const std::string& name,
                                          const ConfigKeys& keys);

/// Must a file be there?
enum class FileNeed { may_be_missing, must_exist };

/// Reads a config file. @return `invalid_argument` as for `parse_config()`, and when the file may
/// be written by others.
[[nodiscard]] Result<Config> read_config(const std::string& path, FileNeed need,
                                         const ConfigKeys& keys);

/// "$XDG_CONFIG_HOME/godwit/config.toml", by default below "~/.config"; empty without a home.
[[nodiscard]] std::string default_config_path();
/// A file in "$XDG_STATE_HOME/godwit", by default "~/.local/state/godwit"; empty without a home.
[[nodiscard]] std::string state_path(std::string_view file);

}  // namespace godwit::cli
