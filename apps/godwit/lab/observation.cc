// SPDX-License-Identifier: Apache-2.0
#include "lab/observation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace godwit::lab {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kPcmu = 0;
constexpr std::uint8_t kPcma = 8;

std::uint16_t u16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint32_t u32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(u16(bytes, at)) << 16 | u16(bytes, at + 2);
}

template <std::size_t N>
std::array<std::uint8_t, N> array_at(Bytes bytes, std::size_t at) {
  std::array<std::uint8_t, N> out{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), N, out.begin());
  return out;
}

struct Datagram {
  Passage at;
  Bytes payload;
};

std::optional<Datagram> read_udp(Datagram datagram, Bytes udp) {
  if (udp.size() < 8) return std::nullopt;
  datagram.at.source.port = u16(udp, 0);
  datagram.at.destination.port = u16(udp, 2);
  datagram.payload = udp.subspan(8);
  return datagram;
}

std::optional<Datagram> read_ipv4(Bytes ip) {
  const std::size_t head = ip.empty() ? 0 : static_cast<std::size_t>(ip[0] & 0x0f) * 4;
  if (head < 20 || ip.size() < head || ip[9] != kUdp) return std::nullopt;
  if ((u16(ip, 6) & 0x1fff) != 0) return std::nullopt;  // a later fragment has no UDP header
  const std::size_t total = std::clamp<std::size_t>(u16(ip, 2), head, ip.size());
  Datagram datagram;
  datagram.at.source.address = net::IpAddress::v4(array_at<4>(ip, 12));
  datagram.at.destination.address = net::IpAddress::v4(array_at<4>(ip, 16));
  return read_udp(datagram, ip.subspan(head, total - head));
}

std::optional<Datagram> read_ipv6(Bytes ip) {
  constexpr std::uint8_t kFragment = 44;
  if (ip.size() < 40) return std::nullopt;
  std::size_t head = 40;
  std::uint8_t next = ip[6];
  if (next == kFragment && ip.size() >= 48 && (u16(ip, 42) & 0xfff8) == 0) {
    next = ip[40];
    head = 48;
  }
  if (next != kUdp) return std::nullopt;
  Datagram datagram;
  datagram.at.source.address = net::IpAddress::v6(array_at<16>(ip, 8));
  datagram.at.destination.address = net::IpAddress::v6(array_at<16>(ip, 24));
  return read_udp(datagram, ip.subspan(head));
}

std::optional<Datagram> read_datagram(const CapturedPacket& packet) {
  const Bytes ip(packet.bytes);
  if (ip.empty()) return std::nullopt;
  auto datagram = ip[0] >> 4 == 4 ? read_ipv4(ip) : read_ipv6(ip);
  if (!datagram) return std::nullopt;
  datagram->at.time_ns = packet.time_ns;
  datagram->at.sent = packet.way == PacketWay::sent;
  return datagram;
}

// RFC 3550 §5.1; with only PCMU and PCMA in the lab, RTCP and STUN never look like it.
std::optional<SeenRtp> read_rtp(const Datagram& datagram) {
  const Bytes bytes = datagram.payload;
  if (bytes.size() < 12 || bytes[0] >> 6 != 2) return std::nullopt;
  SeenRtp rtp;
  rtp.payload_type = bytes[1] & 0x7f;
  if (rtp.payload_type != kPcmu && rtp.payload_type != kPcma) return std::nullopt;
  rtp.at = datagram.at;
  rtp.sequence = u16(bytes, 2);
  rtp.timestamp = u32(bytes, 4);
  rtp.ssrc = u32(bytes, 8);
  const std::size_t head = 12 + static_cast<std::size_t>(bytes[0] & 0x0f) * 4;
  if (bytes.size() < head) return std::nullopt;
  rtp.payload.assign(bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end());
  return rtp;
}

}  // namespace

Observation observe(const std::vector<CapturedPacket>& packets) {
  Observation seen;
  for (const CapturedPacket& packet : packets) {
    const auto datagram = read_datagram(packet);
    if (!datagram) continue;
    if (auto rtp = read_rtp(*datagram)) {
      seen.rtp.push_back(std::move(*rtp));
      continue;
    }
    const std::string_view text(reinterpret_cast<const char*>(datagram->payload.data()),
                                datagram->payload.size());
    if (auto sip = view_sip(text)) seen.sip.push_back({datagram->at, std::move(*sip)});
  }
  return seen;
}

}  // namespace godwit::lab
