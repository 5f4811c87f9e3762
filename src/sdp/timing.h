// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// `r=`: when a session comes again (RFC 8866 §5.10). Units are read and written as seconds.
struct Repeat {
  std::chrono::seconds interval{1};  // above 0
  std::chrono::seconds duration{0};
  std::vector<std::chrono::seconds> offsets{
      std::chrono::seconds(0)};  // from the start; at least one
  bool operator==(const Repeat&) const = default;
};

/// One pair of `z=`: from a time on, clocks are off by so much (RFC 8866 §5.11).
struct ZoneAdjustment {
  std::uint64_t at = 0;  // seconds since 1900 (NTP)
  std::chrono::seconds offset{0};
  bool operator==(const ZoneAdjustment&) const = default;
};

/// `t=` with its `r=` and `z=` (RFC 8866 §5.9). Times are seconds since 1900 (NTP); 0 0 is a
/// session without bounds, which every call is.
struct Timing {
  std::uint64_t start = 0;
  std::uint64_t stop = 0;
  std::vector<Repeat> repeats;
  std::vector<ZoneAdjustment> zones;
  bool operator==(const Timing&) const = default;
};

/// The value of a t= line alone, that of an r= and that of a z= line.
[[nodiscard]] Scanned<Timing> parse_timing(std::string_view value);
[[nodiscard]] Scanned<Repeat> parse_repeat(std::string_view value);
[[nodiscard]] Scanned<std::vector<ZoneAdjustment>> parse_zones(std::string_view value);
/// "0 0": of the t= line alone.
[[nodiscard]] std::string to_string(const Timing& timing);
[[nodiscard]] std::string to_string(const Repeat& repeat);
[[nodiscard]] std::string to_string(const std::vector<ZoneAdjustment>& zones);

}  // namespace godwit::sdp
