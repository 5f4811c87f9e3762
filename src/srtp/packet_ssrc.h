// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_reader.h"

namespace godwit::srtp {

/// Whose an RTP packet is, and an RTCP packet, which stands there in clear (RFC 3550 §5.1, §6.4). The packet
/// has its whole header.
[[nodiscard]] inline std::uint32_t rtp_ssrc(std::span<const std::byte> packet) {
  return ByteReader(packet.subspan(8)).u32();
}
[[nodiscard]] inline std::uint32_t rtcp_ssrc(std::span<const std::byte> packet) {
  return ByteReader(packet.subspan(4)).u32();
}

}  // namespace godwit::srtp
