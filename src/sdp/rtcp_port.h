// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdp/address.h"

namespace godwit::sdp {

/// `a=rtcp`: where RTCP goes when it is not to the port after RTP's (RFC 3605 §2.1).
struct RtcpPort {
  std::uint16_t port = 0;
  std::optional<Address> address;  // else that of c=
  bool operator==(const RtcpPort&) const = default;
};

[[nodiscard]] Scanned<RtcpPort> parse_rtcp_port(std::string_view value);
[[nodiscard]] std::string to_string(const RtcpPort& rtcp);

}  // namespace godwit::sdp
