// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "audio/memory_port.h"
#include "godwit/error.h"

namespace godwit::io {

/// In memory: 52 minutes at 8,000 Hz, 8.7 at 48,000.
inline constexpr std::size_t kMaxSoundBytes = 50'000'000;

struct Sound {
  audio::Samples samples;
  int rate = audio::kBaseRate;  // Hz
};

/// Reads a whole file of any kind libsndfile knows, mixed to mono. It keeps its rate, within 8,000 and
/// 48,000 Hz; a file that would be too long at its own is read at 16,000 or 8,000.
/// Errors: `invalid_argument` (cannot be read), `limit_reached` (longer than `kMaxSoundBytes`),
/// `unsupported` (built without GODWIT_WITH_SNDFILE).
[[nodiscard]] Result<Sound> load_sound(const std::string& path);

/// Writes a file of 16-bit samples: FLAC if the name ends in .flac, Ogg Vorbis if in .ogg, Ogg Opus
/// if in .opus (RFC 7845), else WAV. One that exists is replaced. It has the rate that the sink is
/// told before it is given anything, 8,000 Hz if none; Opus 48,000 for one that it does not know.
/// The header of WAV is made true every second, so that a process that is killed leaves a readable
/// file; of FLAC it loses the last half second, of Ogg, whose pages are long, a few seconds. A
/// write that fails (the disk is full) is the last one: the sink does not work any more. Errors:
/// `invalid_argument` (cannot be written), `unsupported`.
[[nodiscard]] Result<std::unique_ptr<audio::Sink>> open_sound_sink(
    const std::string& path, audio::Channels channels = audio::Channels::mono);

}  // namespace godwit::io
