// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace godwit::cli {

/// Text of strangers made fit for a terminal: control characters (C0, C1, ESC), directional marks
/// that could make a line read otherwise than it is, and bytes that are not UTF-8 become visible
/// escapes. Everything else stays.
[[nodiscard]] std::string shown(std::string_view text);

/// The same, but line ends stay: for whole messages.
[[nodiscard]] std::string shown_lines(std::string_view text);

}  // namespace godwit::cli
