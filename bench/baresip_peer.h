// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace bench {

/// Two of baresip have one call, PCMU, each with a file to say and nobody to hear.
/// @return processor time of one of them for 20 ms, in microseconds, over so many seconds; empty: it is
/// not installed, or there was no call
[[nodiscard]] std::optional<double> measure_baresip(unsigned seconds);

}  // namespace bench
