// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_writer.h"

namespace godwit::rtp {

/// The echo of somebody's reference time (RFC 3611 §4.5).
struct ReferenceEcho {
  std::uint32_t ssrc = 0;            // whose time it was
  std::uint32_t last_reference = 0;  // middle 32 bits of it; 0: none yet
  std::uint32_t delay = 0;           // since it came, in 1/65536 s

  bool operator==(const ReferenceEcho&) const = default;
};

/// How a voice stream is received (RFC 3611 §4.7).
struct VoipMetrics {
  static constexpr std::uint8_t kUnavailable = 127;  // of levels, R factors and MOS

  std::uint32_t ssrc = 0;
  std::uint8_t loss_rate = 0;     // shares are in 1/256
  std::uint8_t discard_rate = 0;  // came, but too late or too early to be played
  std::uint8_t burst_density = 0;
  std::uint8_t gap_density = 0;
  std::uint16_t burst_duration = 0;    // ms, the mean
  std::uint16_t gap_duration = 0;      // ms, the mean
  std::uint16_t round_trip_delay = 0;  // ms; 0: not known
  std::uint16_t end_system_delay = 0;  // ms, from arrival to the ear and from the mouth to the wire
  std::uint8_t signal_level = kUnavailable;  // dBm0, signed
  std::uint8_t noise_level = kUnavailable;
  std::uint8_t residual_echo = kUnavailable;  // dB
  std::uint8_t gmin = 16;
  std::uint8_t r_factor = kUnavailable;
  std::uint8_t external_r_factor = kUnavailable;
  std::uint8_t mos_listening = kUnavailable;  // times ten
  std::uint8_t mos_conversation = kUnavailable;
  std::uint8_t receiver_configuration = 0;   // concealment and jitter buffer, §4.7.6
  std::uint16_t jitter_buffer_nominal = 0;   // ms
  std::uint16_t jitter_buffer_maximum = 0;   // ms, at present
  std::uint16_t jitter_buffer_absolute = 0;  // ms, at most ever

  bool operator==(const VoipMetrics&) const = default;
};

/// An XR packet (RFC 3611 §2) with the blocks that telephony uses; others are skipped.
struct ExtendedReport {
  std::uint32_t ssrc = 0;
  std::optional<std::uint64_t> reference_time;  // NTP; asks for its echo (§4.4)
  std::vector<ReferenceEcho> echoes;            // 31 at most
  std::vector<VoipMetrics> metrics;             // 31 at most

  bool operator==(const ExtendedReport&) const = default;
};

/// Reads what follows the head of an XR packet. Empty when a block is longer than the packet or
/// shorter than what it has to hold.
[[nodiscard]] std::optional<ExtendedReport> read_extended_report(std::span<const std::byte> body);
/// The size of that part in bytes, and the part itself.
[[nodiscard]] std::size_t size_of(const ExtendedReport& report);
void write_extended_report(ByteWriter& writer, const ExtendedReport& report);

}  // namespace godwit::rtp
