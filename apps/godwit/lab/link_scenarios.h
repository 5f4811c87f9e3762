// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/scenario.h"

namespace godwit::lab {

/// The scenarios that differ from each other by what A's links do, while its call just talks.
/// @return a scenario without name if it is none of these
[[nodiscard]] Scenario make_link_scenario(const std::string& name, int down_ms);

}  // namespace godwit::lab
