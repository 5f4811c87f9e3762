// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "rtp/extended_report.h"

namespace godwit::rtp {

/// What a receiver tells of one source (RFC 3550 §6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;         // in 1/256, since the report before
  std::int32_t cumulative_lost = 0;       // 24 bits on the wire; negative with duplicates
  std::uint32_t highest_sequence = 0;     // with the count of cycles in the upper half
  std::uint32_t jitter = 0;               // in timestamp units
  std::uint32_t last_sr = 0;              // middle 32 bits of the last SR's NTP time; 0: none yet
  std::uint32_t delay_since_last_sr = 0;  // in 1/65536 s

  bool operator==(const ReportBlock&) const = default;
};

/// RFC 3550 §6.4.1
struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
  std::vector<ReportBlock> blocks;  // 31 at most

  bool operator==(const SenderReport&) const = default;
};

/// RFC 3550 §6.4.2
struct ReceiverReport {
  std::uint32_t ssrc = 0;
  std::vector<ReportBlock> blocks;  // 31 at most

  bool operator==(const ReceiverReport&) const = default;
};

/// One chunk of an SDES packet: of its items only CNAME is kept (RFC 3550 §6.5).
struct SourceDescription {
  std::uint32_t ssrc = 0;
  std::string cname;  // 255 bytes at most

  bool operator==(const SourceDescription&) const = default;
};

/// RFC 3550 §6.6
struct Bye {
  std::vector<std::uint32_t> ssrcs;  // 31 at most
  std::string reason;                // 255 bytes at most; empty: none told

  bool operator==(const Bye&) const = default;
};

using RtcpPacket =
    std::variant<SenderReport, ReceiverReport, SourceDescription, Bye, ExtendedReport>;

/// Whether RTCP comes in whole compounds, or was agreed to come in parts as well (RFC 5506).
enum class RtcpForm : std::uint8_t { compound, reduced_size };

/// Reads a compound packet; types other than these five are skipped.
/// Errors: `malformed_message` when the validity checks of RFC 3550 appendix A.2 fail (with
/// `reduced_size`, less the one that a report comes first), or when there are more parts than
/// `limits::kRtcpParts`.
[[nodiscard]] Result<std::vector<RtcpPacket>> parse_rtcp(std::span<const std::byte> bytes,
                                                         RtcpForm form = RtcpForm::compound);
[[nodiscard]] std::vector<std::byte> write_rtcp(const std::vector<RtcpPacket>& packets);

/// `now` in the 32.32 form of NTP, counted from the clock's own zero: RFC 3550 §6.4.1 allows a
/// sender without a wall clock to use elapsed time.
[[nodiscard]] std::uint64_t to_ntp(TimePoint now);
/// The middle 32 bits, as LSR and DLSR use them.
[[nodiscard]] constexpr std::uint32_t middle_of_ntp(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16U);
}

}  // namespace godwit::rtp
