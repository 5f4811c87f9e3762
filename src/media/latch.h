// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "media/session.h"
#include "net/socket_address.h"

namespace godwit::media {

/// Finds the address of a far end behind a NAT by the plain RTP that it sends, where an account
/// wants that (it is off by default: plain RTP can be forged).
///
/// Only within 3 s after signalling, only if the signalled address is a private one, and only by
/// `kPackets` packets in a row of one SSRC and from one address; of two that contend neither is
/// taken. Then it holds until signalling speaks again, and from then on only the same SSRC counts.
class Latch {
 public:
  static constexpr std::chrono::seconds kWindow{3};
  static constexpr int kPackets = 5;

  void allow(bool allowed) { allowed_ = allowed; }
  /// An offer or answer of the far end gave its address: the window opens.
  void on_signalled(const net::SocketAddress& remote, TimePoint now);
  /// @return where to send from now on, once per window
  [[nodiscard]] std::optional<Target> on_rtp(const Target& from, std::uint32_t ssrc,
                                             std::uint16_t sequence, TimePoint now);
  /// Where a far end is reached that signalled this address: there, or where it was found.
  [[nodiscard]] net::SocketAddress found_for(const net::SocketAddress& signalled) const;

 private:
  struct Run {
    net::SocketAddress from;
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    int packets = 0;
  };

  void close() { open_until_ = TimePoint::min(); }

  bool allowed_ = false;
  net::SocketAddress signalled_;
  std::optional<net::SocketAddress> found_;
  TimePoint open_until_ = TimePoint::min();
  std::optional<std::uint32_t> known_ssrc_;  // that latched before
  Run run_;
};

}  // namespace godwit::media
