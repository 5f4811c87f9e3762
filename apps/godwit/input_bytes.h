// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"

namespace godwit::cli {

/// All bytes of a file, or of standard input for "-".
/// Errors: `invalid_argument` naming the file and what the system says of it.
[[nodiscard]] Result<std::string> read_input(const std::string& path);

}  // namespace godwit::cli
