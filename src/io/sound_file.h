// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "audio/memory_port.h"
#include "godwit/error.h"

namespace godwit::io {

inline constexpr std::size_t kMaxSoundBytes = 50'000'000;  // in memory: 52 minutes

/// Reads a whole file of any kind libsndfile knows, mixed to mono and resampled to 8,000 Hz.
/// Errors: `invalid_argument` (cannot be read), `limit_reached` (longer than `kMaxSoundBytes`),
/// `unsupported` (built without GODWIT_WITH_SNDFILE).
[[nodiscard]] Result<audio::Samples> load_sound(const std::string& path);

/// Writes a WAV file of 16-bit samples, 8,000 Hz; one that exists is replaced. The header is made
/// true every second, so that a process that is killed leaves a readable file. A write that fails
/// (the disk is full) is the last one: the sink does not work any more. Errors: `invalid_argument`
/// (cannot be written), `unsupported`.
[[nodiscard]] Result<std::unique_ptr<audio::Sink>> open_wav_sink(
    const std::string& path, audio::Channels channels = audio::Channels::mono);

}  // namespace godwit::io
