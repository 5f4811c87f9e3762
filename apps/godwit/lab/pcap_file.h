// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "godwit/error.h"

namespace godwit::lab {

/// How a packet passed the capture point; the numbers are the kernel's `sll_pkttype`.
enum class PacketWay : std::uint8_t {
  to_us = 0,
  broadcast = 1,
  multicast = 2,
  to_other = 3,
  sent = 4
};

/// An IP packet as the kernel showed it, with the kernel's time stamp.
struct CapturedPacket {
  std::int64_t time_ns = 0;       ///< CLOCK_REALTIME
  std::uint32_t interface = 0;    ///< index
  std::uint16_t protocol = 0;     ///< EtherType
  std::uint16_t device_type = 0;  ///< ARPHRD_…: tells loopback from TUN
  PacketWay way = PacketWay::to_us;
  std::vector<std::uint8_t> bytes;

  bool operator==(const CapturedPacket&) const = default;
};

/// Writes a pcap file with nanoseconds and interface numbers (LINKTYPE_LINUX_SLL2), which tcpdump
/// and Wireshark read.
[[nodiscard]] Result<void> write_pcap(const std::string& path,
                                      const std::vector<CapturedPacket>& packets);
/// Reads what `write_pcap()` wrote.
[[nodiscard]] Result<std::vector<CapturedPacket>> read_pcap(const std::string& path);

}  // namespace godwit::lab
