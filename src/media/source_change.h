// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "net/socket_address.h"

namespace godwit::media {

/// What speaks for a packet's coming from the far end.
enum class Proof : std::uint8_t {
  none,
  address,  ///< it came from where the far end is sent to: that can be forged
  key,      ///< it is authentic (SRTP)
};

/// When another source (SSRC) may take the place of the one that is heard, before that has been
/// silent for the second after which anybody may: a gateway that changes from ringing tone to talk
/// begins a new stream (RFC 3550 §8), and nothing of it is to be lost.
///
/// The one that is heard has to be quiet for three packets, and the other one has to prove that it
/// is of the far end: by the key, or, since an address can be forged, by two packets in a row (RFC
/// 3550 A.1) from that address, and never while the far end is silent by intent. If the first one
/// speaks on within its second it was only late: it is back at once, and until signalling speaks
/// again no other one gets its place in this way. Two that speak at the same time do not take
/// turns.
class SourceChange {
 public:
  static constexpr std::chrono::milliseconds kQuiet{60};
  static constexpr std::chrono::seconds kClaim{1};  // of the place, from its latest packet on
  static constexpr int kInARow = 2;

  /// A packet of another source than the one that is heard.
  struct Packet {
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    net::SocketAddress from;
    Proof proof = Proof::none;
    TimePoint arrived{};
  };
  /// The source that is heard.
  struct Heard {
    std::uint32_t ssrc = 0;
    net::SocketAddress from;
    TimePoint at{};          ///< its latest packet
    Duration packet_time{};  ///< as far as it is known
    bool silent_by_intent = false;
  };

  /// @return whether the packet's source is heard from now on.
  [[nodiscard]] bool takes_over(const Packet& packet, const Heard& heard);
  /// Signalling has spoken, or a source has its place by another rule.
  void start_over() { *this = {}; }

 private:
  struct Run {
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    int packets = 0;
  };
  struct Claim {
    std::uint32_t ssrc = 0;
    net::SocketAddress from;
    TimePoint until{};
  };

  void count(const Packet& packet);
  [[nodiscard]] bool comes_back(const Packet& packet) const;
  [[nodiscard]] bool succeeds(const Packet& packet, const Heard& heard) const;

  Run run_;
  std::optional<Claim> claim_;  // of the source that was heard before
  bool contended_ = false;
};

}  // namespace godwit::media
