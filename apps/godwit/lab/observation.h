// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/passage.h"
#include "lab/capture_file.h"
#include "lab/sip_view.h"
#include "lab/tls_decrypt.h"

namespace godwit::lab {

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
};

/// What one capture shows; what is under TLS only with its keys.
struct Observation {
  std::vector<SeenSip> sip;
  std::vector<SeenRtp> rtp;  ///< speech only: no telephone-events
};

[[nodiscard]] Observation observe(const std::vector<CapturedPacket>& packets,
                                  const TlsKeys& keys = {});

}  // namespace godwit::lab
