// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "setting_sources.h"

namespace CLI {
class App;
}

namespace godwit::cli {

/// The keys of config.toml: the options that belong to accounts, networks, TLS, sound and output.
[[nodiscard]] const ConfigKeys& config_keys();

/// Opens the config that is asked for.
/// @param file     of --config; empty: GODWIT_CONFIG, then the user's own; "none": none
/// @param account  of --account; empty: GODWIT_ACCOUNT, then default_account unless `has_identity`
[[nodiscard]] Result<SettingSources> open_sources(const std::string& file,
                                                  const std::string& account, bool has_identity);

/// Gives the options of the chosen verb that were left out the values of the environment and of
/// config.toml; nothing for verbs without --config.
/// @return a warning to be shown, or empty; `invalid_argument` with the value's place.
[[nodiscard]] Result<std::string> fill_options(CLI::App& program);

}  // namespace godwit::cli
