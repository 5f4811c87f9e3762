// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lab/capture_file.h"

namespace godwit::lab {

/// The packets of a capture, those that came in pieces put together (RFC 791, RFC 8200 §4.5): in
/// place of the first piece, with the time of the last.
/// Pieces of what never became whole are left out.
[[nodiscard]] std::vector<CapturedPacket> joined_fragments(
    const std::vector<CapturedPacket>& packets);

}  // namespace godwit::lab
