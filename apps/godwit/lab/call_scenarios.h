// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/scenario.h"

namespace godwit::lab {

/// The scenarios about what a call does while the network changes.
/// @return a scenario without name if it is none of these
[[nodiscard]] Scenario make_call_scenario(const std::string& name, int down_ms);

}  // namespace godwit::lab
