// SPDX-License-Identifier: Apache-2.0
#include "media/early_packets.h"

namespace godwit::media {

bool EarlyPackets::keep(const Received& packet) {
  if (packet.bytes.size() > kMostBytes) return false;
  if (kept_.size() == kMost) kept_.pop_front();
  kept_.push_back({packet, {packet.bytes.begin(), packet.bytes.end()}});
  kept_.back().packet.bytes = {};
  return true;
}

}  // namespace godwit::media
