// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "godwit/error.h"

namespace godwit::cli {

/// Reads lines of "user:password"; empty lines and lines that begin with # are passed over.
/// @return `invalid_argument` with the line's number.
[[nodiscard]] Result<std::map<std::string, std::string>> parse_users(std::string_view text);

}  // namespace godwit::cli
