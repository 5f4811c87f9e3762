// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "media/session.h"

namespace godwit::media {

/// Sound that came before its session knows what was agreed on. The far end may speak as soon as it
/// has our offer (RFC 3264 §5.1), and what it says may overtake its answer: without this the first
/// word is clipped. The newest packets are kept, none for long, and heard once there is an answer.
class EarlyPackets {
 public:
  static constexpr std::size_t kMost = 16;         // anybody may send here
  static constexpr std::size_t kMostBytes = 1500;  // of one
  static constexpr std::chrono::milliseconds kLife{500};

  /// @return false: too long, nothing is kept
  bool keep(const Received& packet);
  /// Hands over what is not older than its life, the oldest first, and forgets all.
  template <class Hear>
  void take(TimePoint now, Hear hear) {
    for (const Kept& kept : std::exchange(kept_, {})) {
      if (now - kept.packet.arrived > kLife) continue;
      Received packet = kept.packet;
      packet.bytes = kept.bytes;
      hear(packet);
    }
  }

 private:
  struct Kept {
    Received packet;  // its bytes are those here
    std::vector<std::byte> bytes;
  };
  std::deque<Kept> kept_;
};

}  // namespace godwit::media
