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

/// A sentence for the reader of a capture; Wireshark shows it with the first packet that is not
/// earlier.
struct CaptureNote {
  std::int64_t time_ns = 0;  ///< CLOCK_REALTIME
  std::string text;          ///< one line of UTF-8
};

/// What a capture file has besides packets.
struct CaptureExtras {
  std::vector<CaptureNote> notes;  ///< in any order
  std::string tls_keys;  ///< as SSLKEYLOGFILE has them: Wireshark reads what is under TLS with them
};

/// Writes a pcapng file with nanoseconds and interface numbers (LINKTYPE_LINUX_SLL2), which tcpdump
/// and Wireshark read. A note that is later than every packet stands with the last one.
[[nodiscard]] Result<void> write_capture(const std::string& path,
                                         const std::vector<CapturedPacket>& packets,
                                         const CaptureExtras& extras = {});
/// Reads the packets of what `write_capture()` wrote.
[[nodiscard]] Result<std::vector<CapturedPacket>> read_capture(const std::string& path);

}  // namespace godwit::lab
