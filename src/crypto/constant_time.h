// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace godwit::crypto {

/// Are both the same? How long it takes tells nothing about where they differ; that their lengths
/// differ is no secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace godwit::crypto
