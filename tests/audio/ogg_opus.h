// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The packets of an Ogg Opus file (RFC 3533, RFC 7845): what opusenc writes and opusdec reads.
struct OggOpus {
  std::vector<std::vector<std::byte>> packets;  ///< of sound
  std::size_t pre_skip = 0;                     ///< samples at 48 kHz that are not to be heard
};

/// Empty when it is none, or is cut off.
std::optional<OggOpus> read_ogg_opus(std::span<const std::byte> file);
/// One channel, packets of 20 ms.
std::vector<std::byte> write_ogg_opus(const OggOpus& opus);
