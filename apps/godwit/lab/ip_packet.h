// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "net/ip_address.h"

namespace godwit::lab {

using PacketBytes = std::span<const std::uint8_t>;

inline constexpr std::uint8_t kIpTcp = 6;
inline constexpr std::uint8_t kIpUdp = 17;

/// What an IP packet carries, and between whom.
struct IpPacket {
  net::IpAddress source;
  net::IpAddress destination;
  std::uint8_t protocol = 0;
  PacketBytes payload;  ///< of the packet that was read
};

/// Empty for what is no whole IP packet, and for later fragments: they have no ports.
[[nodiscard]] std::optional<IpPacket> read_ip(PacketBytes packet);

/// Network order; the bytes must be there.
[[nodiscard]] std::uint16_t u16(PacketBytes bytes, std::size_t at);
[[nodiscard]] std::uint32_t u32(PacketBytes bytes, std::size_t at);

}  // namespace godwit::lab
