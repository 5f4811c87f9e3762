// SPDX-License-Identifier: Apache-2.0
#include "lab/observation.h"

#include <optional>

#include "lab/ip_packet.h"
#include "lab/sip_bytes.h"

namespace godwit::lab {
namespace {

// The lab's calls have no other codec; what is encrypted still tells its payload type.
constexpr std::uint8_t kPcmu = 0;
constexpr std::uint8_t kPcma = 8;

struct Datagram {
  Passage at;
  PacketBytes payload;
};

std::optional<Datagram> read_datagram(const CapturedPacket& packet) {
  const auto ip = read_ip(packet.bytes);
  if (!ip || ip->protocol != kIpUdp || ip->payload.size() < 8) return std::nullopt;
  return Datagram{{packet.time_ns,
                   packet.way == PacketWay::sent,
                   {ip->source, u16(ip->payload, 0)},
                   {ip->destination, u16(ip->payload, 2)},
                   net::Transport::udp},
                  ip->payload.subspan(8)};
}

// RFC 3550 §5.1; with only PCMU and PCMA in the lab, RTCP and STUN never look like it.
std::optional<SeenRtp> read_rtp(const Datagram& datagram) {
  const PacketBytes bytes = datagram.payload;
  if (bytes.size() < 12 || bytes[0] >> 6 != 2) return std::nullopt;
  SeenRtp rtp;
  rtp.payload_type = bytes[1] & 0x7f;
  if (rtp.payload_type != kPcmu && rtp.payload_type != kPcma) return std::nullopt;
  rtp.at = datagram.at;
  rtp.sequence = u16(bytes, 2);
  rtp.timestamp = u32(bytes, 4);
  rtp.ssrc = u32(bytes, 8);
  return rtp;
}

}  // namespace

Observation observe(const std::vector<CapturedPacket>& packets, const TlsKeys& keys) {
  Observation seen;
  for (const CapturedPacket& packet : packets) {
    const auto datagram = read_datagram(packet);
    if (!datagram) continue;
    if (auto rtp = read_rtp(*datagram)) seen.rtp.push_back(std::move(*rtp));
  }
  for (const SipBytes& message : sip_in(packets, keys)) {
    if (auto view = view_sip(message.text)) seen.sip.push_back({message.at, std::move(*view)});
  }
  return seen;
}

}  // namespace godwit::lab
