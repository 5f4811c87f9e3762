// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/pcap_file.h"
#include "lab/sip_view.h"
#include "net/socket_address.h"

namespace godwit::lab {

/// When and between whom a datagram passed a capture point.
struct Passage {
  std::int64_t time_ns = 0;
  bool sent = false;  ///< left the machine; else came in
  net::SocketAddress source;
  net::SocketAddress destination;
};

struct SeenSip {
  Passage at;
  SipView message;
};

struct SeenRtp {
  Passage at;
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  std::uint16_t sequence = 0;
  std::uint8_t payload_type = 0;
  std::vector<std::uint8_t> payload;
};

/// What one capture shows.
struct Observation {
  std::vector<SeenSip> sip;
  std::vector<SeenRtp> rtp;  ///< speech only: no telephone-events
};

[[nodiscard]] Observation observe(const std::vector<CapturedPacket>& packets);

}  // namespace godwit::lab
