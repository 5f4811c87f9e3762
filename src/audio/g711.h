// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio {

/// The two laws of ITU-T G.711; one byte a sample.
enum class Law : std::uint8_t { pcmu, pcma };

/// Both spans have the same length.
void encode(Law law, std::span<const std::int16_t> samples, std::span<std::byte> out);
void decode(Law law, std::span<const std::byte> bytes, std::span<std::int16_t> out);

}  // namespace godwit::audio
