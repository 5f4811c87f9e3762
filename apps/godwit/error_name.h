// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "godwit/error.h"

namespace godwit::cli {

/// The name of an `Errc` as scripts know it: "wrong_state"; "other" for errors of the system.
[[nodiscard]] std::string_view error_name(const std::error_code& code);

}  // namespace godwit::cli
