// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sdp/scan.h"

namespace godwit::sdp {

/// `a=rtpmap`: which encoding a payload type stands for (RFC 8866 §6.6). Read in place:
/// `scan_rtpmap`.
struct Rtpmap {
  std::uint8_t payload_type = 0;    // 0 to 127
  std::string encoding;             // a token; compared without regard to case
  std::uint32_t clock_rate = 8000;  // Hz
  std::string parameters;           // of audio: the number of channels; "" is 1
  bool operator==(const Rtpmap&) const = default;
};

[[nodiscard]] Scanned<Rtpmap> parse_rtpmap(std::string_view value);
[[nodiscard]] std::string to_string(const Rtpmap& rtpmap);

}  // namespace godwit::sdp
