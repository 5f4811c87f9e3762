// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::media {

/// What comes by one port of media, by its first byte (RFC 7983 §7). RTP and RTCP are told apart
/// later (RFC 5761 §4).
enum class PacketKind : std::uint8_t { stun, dtls, rtp, other };

[[nodiscard]] constexpr PacketKind kind_of(std::span<const std::byte> packet) {
  if (packet.empty()) return PacketKind::other;
  const auto first = std::to_integer<unsigned>(packet.front());
  if (first <= 3) return PacketKind::stun;
  if (first >= 20 && first <= 63) return PacketKind::dtls;
  if (first >= 128 && first <= 191) return PacketKind::rtp;
  return PacketKind::other;
}

}  // namespace godwit::media
