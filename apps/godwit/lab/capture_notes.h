// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "lab/capture_file.h"

namespace godwit::lab {

/// What a godwit told of network changes, each with the change's id, for the reader of a capture:
/// when a change was noticed and why, which calls it concerns, and when each was back.
/// @param events  one object a line of its event stream (docs/events.md)
[[nodiscard]] std::vector<CaptureNote> capture_notes(const std::vector<nlohmann::json>& events);

}  // namespace godwit::lab
