// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace godwit::sdp {

/// What the protocol of an m= line says of RTP: "RTP/AVP" (RFC 3551), "RTP/SAVP" (RFC 3711), each with
/// feedback ("...F", RFC 4585, RFC 5124), and with keys from DTLS ("UDP/TLS/RTP/SAVP", RFC 5764 §8).
struct MediaProfile {
  bool secure = false;
  bool feedback = false;
  bool dtls = false;
  bool operator==(const MediaProfile&) const = default;
};

/// Without regard to case; empty when it is not RTP over UDP.
[[nodiscard]] std::optional<MediaProfile> parse_profile(std::string_view protocol);
[[nodiscard]] std::string_view to_string(const MediaProfile& profile);

}  // namespace godwit::sdp
