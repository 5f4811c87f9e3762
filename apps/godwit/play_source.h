// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "godwit/error.h"
#include "godwit/options.h"

namespace godwit::cli {

/// Reads what --play takes: "silence", "echo", "tone:440", or the name of a sound file.
/// @return `invalid_argument` for a tone outside 50 to 3,400 Hz or a file that cannot be read.
[[nodiscard]] Result<PlaySource> parse_play_source(const std::string& text);

/// Reads "opus,PCMU", in any case. @return `invalid_argument` for an empty list or a codec that this build
/// does not have.
[[nodiscard]] Result<std::vector<std::string>> parse_codecs(std::string_view text);

}  // namespace godwit::cli
