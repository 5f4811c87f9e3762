// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "godwit/error.h"

namespace godwit::lab {

using Samples = std::vector<std::int16_t>;  ///< mono, 8,000 a second

struct WavSound {
  int rate = 0;
  int channels = 0;
  Samples samples;  ///< of the first channel
};

[[nodiscard]] Result<void> write_wav(const std::string& path, const Samples& samples);
/// Reads 16-bit linear PCM. Takes a file whose writer was killed: the data go as far as the file.
/// @return `Errc::malformed_message` for another format, more channels or another rate.
[[nodiscard]] Result<Samples> read_wav(const std::string& path);
/// The same at any rate, with one channel or more.
[[nodiscard]] Result<WavSound> read_any_wav(const std::string& path);

}  // namespace godwit::lab
