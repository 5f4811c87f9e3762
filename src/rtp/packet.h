// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "godwit/error.h"
#include "godwit/time.h"

namespace godwit::rtp {

inline constexpr std::size_t kHeaderSize = 12;       // without CSRC and extension (RFC 3550 §5.1)
inline constexpr std::uint32_t kFrameSamples = 160;  // 20 ms at 8,000 Hz (RFC 3551 §4.2)
inline constexpr std::chrono::milliseconds kFrameTime{20};

/// The fixed RTP header (RFC 3550 §5.1), less what we never send.
struct Header {
  std::uint8_t payload_type = 0;  // 0 to 127
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;

  bool operator==(const Header&) const = default;
};

/// A received packet. `payload` points into the bytes that were parsed; padding is cut off.
struct Packet {
  Header header;
  std::span<const std::byte> payload;
};

/// CSRC list and header extension are skipped. Errors: `malformed_message`.
[[nodiscard]] Result<Packet> parse_packet(std::span<const std::byte> bytes);

/// Writes the fixed header to the front of `out`, which has room for `kHeaderSize` bytes.
void write_header(const Header& header, std::span<std::byte> out);

}  // namespace godwit::rtp
