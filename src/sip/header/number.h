// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

// Header fields whose value is one number. The text is the unfolded value, without white space
// around it.

/// Reads a number that is the whole text: digits only, leading zeros allowed, at most `max`.
[[nodiscard]] Scanned<std::uint32_t> scan_number(
    std::string_view text, std::uint32_t max = std::numeric_limits<std::uint32_t>::max());

/// A lifetime or a delay (RFC 3261 §25.1 delta-seconds): 0 to 2^32-1 seconds. Expires,
/// Min-Expires, Flow-Timer (RFC 5626 §4.4), and parameters of that shape.
[[nodiscard]] Scanned<std::chrono::seconds> scan_delta_seconds(std::string_view text);
/// The same as text; what no delta-seconds can hold becomes the nearest one that it can.
[[nodiscard]] std::string write_delta_seconds(std::chrono::seconds delta);

/// How many hops are left (RFC 3261 §20.22): 0 to 255.
[[nodiscard]] Scanned<std::uint8_t> scan_max_forwards(std::string_view text);
/// Into how many branches a request may be forked in all (RFC 5393 §5.3.2).
[[nodiscard]] Scanned<std::uint32_t> scan_max_breadth(std::string_view text);
/// The bytes of the body (RFC 3261 §20.14).
[[nodiscard]] Scanned<std::uint32_t> scan_content_length(std::string_view text);
/// The number of a reliable provisional response (RFC 3262 §7.1): 1 to 2^32-1.
[[nodiscard]] Scanned<std::uint32_t> scan_rseq(std::string_view text);

/// A preference in thousandths (RFC 3261 §25.1 qvalue): "0.7" is 700.
using Thousandths = std::uint16_t;
inline constexpr Thousandths kFullPreference = 1000;
[[nodiscard]] Scanned<Thousandths> scan_qvalue(std::string_view text);
/// "0.7"; above 1000 is written as "1".
[[nodiscard]] std::string write_qvalue(Thousandths q);

}  // namespace godwit::sip
