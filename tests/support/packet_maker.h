// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lab/clock.h"
#include "lab/capture_file.h"
#include "net/socket_address.h"

namespace godwit::lab {

/// Where a captured packet comes from, goes to, and which way it passed.
struct PacketWays {
  double ms = 0;
  PacketWay way = PacketWay::sent;
  net::SocketAddress from;
  net::SocketAddress to;
};

inline void put16(std::vector<std::uint8_t>& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

/// An IP packet around what UDP or TCP say, without check sums.
inline CapturedPacket make_ip(const PacketWays& ways, std::uint8_t protocol,
                              const std::vector<std::uint8_t>& inner) {
  CapturedPacket packet;
  packet.time_ns = static_cast<std::int64_t>(ways.ms * kNsPerMs);
  packet.way = ways.way;
  auto& out = packet.bytes;
  const bool v4 = ways.from.address.is_v4();
  if (v4) {
    out = {0x45, 0};
    put16(out, 20 + inner.size());
    out.insert(out.end(), {0, 0, 0, 0, 64, protocol, 0, 0});
  } else {
    out = {0x60, 0, 0, 0};
    put16(out, inner.size());
    out.insert(out.end(), {protocol, 64});
  }
  for (const auto* const address : {&ways.from.address, &ways.to.address}) {
    out.insert(out.end(), address->bytes().begin(), address->bytes().end());
  }
  out.insert(out.end(), inner.begin(), inner.end());
  return packet;
}

inline CapturedPacket make_udp(const PacketWays& ways, std::string_view payload) {
  std::vector<std::uint8_t> inner;
  put16(inner, ways.from.port);
  put16(inner, ways.to.port);
  put16(inner, 8 + payload.size());
  put16(inner, 0);
  inner.insert(inner.end(), payload.begin(), payload.end());
  return make_ip(ways, 17, inner);
}

inline constexpr std::uint8_t kTcpSyn = 0x02;
inline constexpr std::uint8_t kTcpAck = 0x10;

struct TcpSpec {
  std::uint32_t sequence = 0;
  std::uint8_t flags = kTcpAck;
};

inline CapturedPacket make_tcp(const PacketWays& ways, const TcpSpec& spec,
                               std::string_view payload = {}) {
  std::vector<std::uint8_t> inner;
  put16(inner, ways.from.port);
  put16(inner, ways.to.port);
  put16(inner, spec.sequence >> 16);
  put16(inner, spec.sequence);
  inner.insert(inner.end(), {0, 0, 0, 0, 0x50, spec.flags, 0, 0, 0, 0, 0, 0});
  inner.insert(inner.end(), payload.begin(), payload.end());
  return make_ip(ways, 6, inner);
}

}  // namespace godwit::lab
