// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sdp/grammar.h"

namespace godwit::sdp {

enum class Section { session, media };

/// What is wrong with an attribute that is understood: its value's grammar, or where it stands. An
/// attribute that is not understood has no fault. Offsets count from where the value begins.
[[nodiscard]] std::optional<Fault> check_attribute(std::string_view name, std::string_view value,
                                                   Section section);
/// Whether that would be the name of an attribute that is understood, but for its case.
[[nodiscard]] bool has_wrong_case(std::string_view name);

}  // namespace godwit::sdp
