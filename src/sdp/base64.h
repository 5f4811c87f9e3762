// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::sdp {

/// RFC 4648 §4, with padding.
[[nodiscard]] std::string to_base64(std::span<const std::uint8_t> bytes);
/// Padding may be missing, because some leave it out of a=crypto; empty when it is no base64.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace godwit::sdp
