// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"

namespace godwit::cli {

/// A password manager may ask its owner first.
inline constexpr std::chrono::seconds kPasswordCommandLimit{60};

/// Cuts "pass show 'my sip'" into the words of a command; no shell looks at it, so that "$", "*",
/// ";" and "`" mean themselves. @return `invalid_argument` for an empty command or an open quote.
[[nodiscard]] Result<std::vector<std::string>> parse_password_command(std::string_view text);

/// Runs a program and takes the first line of its output; standard input is empty, standard error
/// is ours.
/// @return `invalid_argument` when it cannot be started, fails, says nothing, or takes longer than
///         `limit`: then it is ended.
[[nodiscard]] Result<std::string> password_from_command(
    const std::vector<std::string>& words, std::chrono::milliseconds limit = kPasswordCommandLimit);

}  // namespace godwit::cli
