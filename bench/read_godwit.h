// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "loop.h"

namespace bench {

// How godwit is used in the benchmarks: the only place that knows its message API.

/// As `Parser::parse`: the bytes are copied into the message, as from a socket's buffer.
[[nodiscard]] bool read_with_godwit(std::string_view bytes, Readings& readings);

/// godwit as one of the parsers; its loop and the Google Benchmark program measure this.
[[nodiscard]] Parser godwit_parser();

}  // namespace bench
