// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sdp/address.h"
#include "sdp/grammar.h"

namespace godwit::sdp {

// The scanners find and check the parts of a line's value without copying any of it. Their faults
// count from where the value begins, behind "x=".

/// `o=` (RFC 8866 §5.2). A number of more digits than 64 bits hold is the largest one: nothing but
/// equality is ever asked of it.
struct OriginParts {
  std::string_view username;
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 0;
  AddressParts address;
};

/// `c=` (RFC 8866 §5.7).
struct ConnectionParts {
  AddressParts address;
  std::optional<net::IpAddress> ip;  // of a literal, whatever its types say (dual-stack test T73)
  std::optional<std::uint8_t> ttl;   // of an IPv4 multicast address
  std::uint32_t count = 1;           // of multicast addresses in a row
};

/// `m=` (RFC 8866 §5.14). The formats are taken one by one: `Words formats(parts.formats)`.
struct MediaParts {
  std::string_view type;
  std::uint16_t port = 0;
  std::uint16_t port_count = 1;
  std::string_view protocol;
  std::string_view formats;  // at least one
};

/// `a=` (RFC 8866 §5.13).
struct AttributeParts {
  std::string_view name;
  std::string_view value;  // "" of a property attribute
};

[[nodiscard]] Scanned<OriginParts> scan_origin(std::string_view value);
[[nodiscard]] Scanned<ConnectionParts> scan_connection(std::string_view value);
[[nodiscard]] Scanned<MediaParts> scan_media(std::string_view value);
[[nodiscard]] Scanned<AttributeParts> scan_attribute(std::string_view value);

inline constexpr std::uint8_t kLastPayloadType = 127;  // RFC 3550 §5.1: seven bits

/// What a=rtpmap says of a payload type (RFC 8866 §6.6).
struct RtpmapParts {
  std::uint8_t payload_type = 0;  // 0 to 127
  std::string_view encoding;      // compared without regard to case
  std::uint32_t clock_rate = 0;   // at least 1
  std::string_view parameters;    // behind the second slash: the channels of audio; or ""
};
[[nodiscard]] Scanned<RtpmapParts> scan_rtpmap(std::string_view value);

/// What a=fmtp says of a format (RFC 8866 §6.15).
struct FmtpParts {
  std::string_view format;
  std::string_view parameters;
};
[[nodiscard]] Scanned<FmtpParts> scan_fmtp(std::string_view value);

}  // namespace godwit::sdp
