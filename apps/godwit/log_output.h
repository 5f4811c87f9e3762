// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/log.h"
#include "output.h"

namespace godwit::cli {

/// A sink that writes log records of `least` importance and above to standard error;
/// `output` outlives it.
[[nodiscard]] LogSink make_log_sink(LogLevel least, Output& output);

/// Reads "error", "warning", "info", "debug", "trace".
/// @return `invalid_argument` for any other word.
[[nodiscard]] Result<LogLevel> parse_log_level(std::string_view text);

}  // namespace godwit::cli
