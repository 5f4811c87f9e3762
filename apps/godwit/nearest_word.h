// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace godwit::cli {

/// The word of `known` that was probably meant by `typed`: at most a third of it is to be changed.
/// @return empty when none is near.
[[nodiscard]] std::string nearest_word(std::string_view typed,
                                       const std::vector<std::string>& known);

/// " (did you mean codecs?)", or nothing.
[[nodiscard]] std::string hint(std::string_view typed, const std::vector<std::string>& known);

}  // namespace godwit::cli
