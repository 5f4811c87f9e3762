// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace godwit::server {

/// Bytes as letters, digits, "-" and "_" without padding (RFC 4648 §5): a URI takes them as they
/// are.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Empty when it is none.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace godwit::server
