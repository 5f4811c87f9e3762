// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/story.h"

namespace godwit::lab {

/// An SVG element: networks, the state of the call and the frames of each direction over time,
/// silences shaded, and the stages of the move below. Colours come from the page's style sheet.
[[nodiscard]] std::string draw_timeline(const Story& story);

/// An SVG element: who sent what to whom, one row each, with what the system and godwit told
/// between them. A has a lifeline for each of its addresses.
[[nodiscard]] std::string draw_ladder(const Story& story);

}  // namespace godwit::lab
