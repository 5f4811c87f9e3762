// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `a=rtcp-fb`: a kind of RTCP feedback that is understood (RFC 4585 §4.2): "96 nack pli".
struct RtcpFeedback {
  std::optional<std::uint8_t> payload_type;  // empty: "*", all of the media line
  std::string kind;                          // a token: "ack", "nack", "trr-int", "ccm"
  std::string parameters;                    // the rest: "pli"; "" is the kind as such
  bool operator==(const RtcpFeedback&) const = default;
};

[[nodiscard]] Scanned<RtcpFeedback> parse_rtcp_feedback(std::string_view value);
[[nodiscard]] std::string to_string(const RtcpFeedback& feedback);

}  // namespace godwit::sdp
