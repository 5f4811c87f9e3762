// SPDX-License-Identifier: Apache-2.0
#include "lab/ip_packet.h"

#include <algorithm>

namespace godwit::lab {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> array_at(PacketBytes bytes, std::size_t at) {
  std::array<std::uint8_t, N> out{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), N, out.begin());
  return out;
}

std::optional<IpPacket> read_ipv4(PacketBytes ip) {
  const std::size_t head = static_cast<std::size_t>(ip[0] & 0x0f) * 4;
  if (head < 20 || ip.size() < head) return std::nullopt;
  if ((u16(ip, 6) & 0x1fff) != 0) return std::nullopt;
  const std::size_t total = std::clamp<std::size_t>(u16(ip, 2), head, ip.size());
  return IpPacket{net::IpAddress::v4(array_at<4>(ip, 12)), net::IpAddress::v4(array_at<4>(ip, 16)),
                  ip[9], ip.subspan(head, total - head)};
}

std::optional<IpPacket> read_ipv6(PacketBytes ip) {
  constexpr std::uint8_t kFragment = 44;
  if (ip.size() < 40) return std::nullopt;
  const std::size_t end = std::min<std::size_t>(40U + u16(ip, 4), ip.size());
  std::size_t head = 40;
  std::uint8_t next = ip[6];
  if (next == kFragment && end >= 48 && (u16(ip, 42) & 0xfff8) == 0) {
    next = ip[40];
    head = 48;
  }
  return IpPacket{net::IpAddress::v6(array_at<16>(ip, 8)), net::IpAddress::v6(array_at<16>(ip, 24)),
                  next, ip.subspan(head, end - head)};
}

}  // namespace

std::uint16_t u16(PacketBytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint32_t u32(PacketBytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(u16(bytes, at)) << 16 | u16(bytes, at + 2);
}

std::optional<IpPacket> read_ip(PacketBytes packet) {
  if (packet.empty()) return std::nullopt;
  const int version = packet[0] >> 4;
  if (version == 4) return read_ipv4(packet);
  return version == 6 ? read_ipv6(packet) : std::nullopt;
}

}  // namespace godwit::lab
