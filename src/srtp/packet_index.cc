// SPDX-License-Identifier: Apache-2.0
#include "srtp/packet_index.h"

namespace godwit::srtp {

std::uint64_t index_of(std::uint16_t sequence, std::optional<std::uint64_t> newest) {
  constexpr std::uint64_t kHalfRound = kRound / 2;
  if (!newest || *newest <= kHalfRound) return sequence;
  const std::uint64_t round = *newest / kRound * kRound;
  const std::uint64_t at = *newest % kRound;
  if (at < kHalfRound)
    return sequence > at + kHalfRound ? round - kRound + sequence : round + sequence;
  return sequence < at - kHalfRound ? round + kRound + sequence : round + sequence;
}

}  // namespace godwit::srtp
