// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/random.h"
#include "media/session.h"

namespace godwit::media {

/// Opens the NAT before us for a far end that speaks first. Who waits for the ClientHello of DTLS sends nothing by
/// itself, and a NAT lets in only who was spoken to: so indications of STUN leave, which nobody answers (RFC 6263
/// §4.7), to where the far end's come from, until there is something to say. Only where somebody has been asked what
/// a NAT makes of us.
class NatOpener {
 public:
  /// There may be a NAT.
  void expect_nat(Random& random);
  /// Whom we wait for, and where its reports come from if not with RTP; empty: for nobody. To be said at every turn.
  void wait_for(const std::optional<Target>& target, const std::optional<net::SocketAddress>& rtcp, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return next_; }
  /// The next indication to send; its bytes are good until the next call.
  [[nodiscard]] std::optional<Transmit> poll();

  /// After the first, each time twice as long, up to the longest.
  static constexpr std::chrono::milliseconds kFirstWait{100};
  static constexpr std::chrono::milliseconds kLongestWait{2000};

 private:
  std::string indication_;  // empty: nothing tells of a NAT
  std::optional<Target> target_;
  std::optional<net::SocketAddress> rtcp_;
  std::optional<TimePoint> next_;
  Duration wait_{};
  bool rtp_due_ = false;
  bool rtcp_due_ = false;
};

}  // namespace godwit::media
