// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "sdp/grammar.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// `a=ptime` and `a=maxptime`: how much sound a packet holds (RFC 8866 §6.4, §6.5). Milliseconds on
/// the wire, and fractions of them: "2.5".
struct PacketTime {
  std::chrono::microseconds length{20'000};  // above 0
  bool operator==(const PacketTime&) const = default;
};

/// What is finer than a microsecond is left out.
[[nodiscard]] Scanned<PacketTime> parse_packet_time(std::string_view value);
[[nodiscard]] std::string to_string(const PacketTime& time);

/// How much sound goes into each packet to who sent this line: as it likes to receive (a=ptime), no more
/// than it takes (a=maxptime), in steps of 10 ms from 10 to 60 ms.
/// @param usual  where it does not say
[[nodiscard]] std::chrono::milliseconds packet_time_to(const Media& line,
                                                       std::chrono::milliseconds usual);

}  // namespace godwit::sdp
