// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "sound_roles.h"

namespace bench {

/// Calls with sound that are all up at once, for so many seconds: prints what both ends counted, call
/// by call, and what the system threw away.
/// @param failed  set where a call failed, or a packet that one end sent was not heard by the other
[[nodiscard]] nlohmann::json measure_sound(SoundOptions options, bool& failed);

}  // namespace bench
