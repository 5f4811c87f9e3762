// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace godwit::srtp {

inline constexpr std::uint64_t kRound = 0x1'0000;  // sequence numbers to a rollover

/// Rollover counter and sequence number of a packet (RFC 3711 §3.3.1, appendix A): the index with
/// this `sequence` that is nearest to the newest one, where nothing is older than the first.
[[nodiscard]] std::uint64_t index_of(std::uint16_t sequence, std::optional<std::uint64_t> newest);

}  // namespace godwit::srtp
