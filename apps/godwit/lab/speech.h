// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "lab/wav_file.h"

namespace godwit::lab {

/// Sound made like speech: pulses through moving formants, hisses between, short pauses. No second
/// of it is like another, and no two seeds agree, so that a second found elsewhere tells which
/// second of whose speech it was.
[[nodiscard]] Samples make_speech(std::uint64_t seed, double seconds);

}  // namespace godwit::lab
