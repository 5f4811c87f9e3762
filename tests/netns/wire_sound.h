// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lab/capture_file.h"

namespace godwit::lab {

/// Sound and what belongs to it, by the way it went: "sent rtp FROM TO PT=0 PACKETS plain", and the
/// same of rtcp and dtls. What is encrypted is called secret: every byte is as likely as any other.
/// What a far end sends before the first DTLS from there is called early: it has no keys yet.
[[nodiscard]] std::vector<std::string> sound_lines(const std::vector<CapturedPacket>& packets);

}  // namespace godwit::lab
