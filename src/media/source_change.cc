// SPDX-License-Identifier: Apache-2.0
#include "media/source_change.h"

#include <algorithm>

namespace godwit::media {

bool SourceChange::takes_over(const Packet& packet, const Heard& heard) {
  count(packet);
  if (comes_back(packet)) {
    start_over();
    contended_ = true;
    return true;
  }
  if (!succeeds(packet, heard)) return false;
  run_ = {};
  claim_ = Claim{.ssrc = heard.ssrc, .from = heard.from, .until = heard.at + kClaim};
  return true;
}

void SourceChange::count(const Packet& packet) {
  const bool next = run_.packets != 0 && run_.ssrc == packet.ssrc &&
                    packet.sequence == static_cast<std::uint16_t>(run_.sequence + 1);
  run_ = {.ssrc = packet.ssrc,
          .sequence = packet.sequence,
          .packets = next ? std::min(run_.packets + 1, kInARow) : 1};
}

// One packet may have been under way for long.
bool SourceChange::comes_back(const Packet& packet) const {
  if (!claim_ || packet.ssrc != claim_->ssrc || packet.arrived >= claim_->until) return false;
  return run_.packets == kInARow && (packet.proof != Proof::none || packet.from == claim_->from);
}

bool SourceChange::succeeds(const Packet& packet, const Heard& heard) const {
  const bool claimed = claim_ && packet.ssrc == claim_->ssrc && packet.arrived < claim_->until;
  if (contended_ || claimed) return false;
  if (packet.arrived - heard.at < std::max<Duration>(kQuiet, 3 * heard.packet_time)) return false;
  switch (packet.proof) {
    case Proof::none:
      return false;
    case Proof::address:
      return run_.packets == kInARow && !heard.silent_by_intent;
    case Proof::key:
      return true;
  }
  return false;
}

}  // namespace godwit::media
