// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media/kit.h"
#include "media/protected_channel.h"
#include "sdp/media_protection.h"

namespace godwit::media {

/// SRTP of one session: the keys that were agreed on, by SDES or DTLS, applied to what is sent and
/// what comes. It never goes back to plain packets inside a session: who asks for that means no
/// good.
///
/// Keys that signalling told are those of both channels. By DTLS RTCP has an association and keys of
/// its own where it does not go with RTP (RFC 5764 §4.2, RFC 8842 §3.2); both begin, go on and end
/// together, by the same words of signalling.
class Protection {
 public:
  /// @param suites  that a handshake may agree on, best first; empty: the library's choice
  Protection(std::uint32_t own_ssrc, const Kit& kit, std::vector<srtp::Suite> suites = {});

  enum class Reports : std::uint8_t { with_rtp, beside_rtp };
  /// What was agreed; a new key of ours is used from the next packet on, both of theirs for 5 s.
  void configure(const sdp::MediaProtection& agreed, Reports reports, TimePoint now);
  /// The far end's address has changed by signalling.
  void expect_reset();
  /// Ours has changed (RFC 3550 §8.2): the same key counts packets from 0 under it.
  void use_ssrc(std::uint32_t own);

  /// Nothing plain is sent or taken.
  [[nodiscard]] bool on() const { return on_; }
  /// There is what sending needs: no protection, or its key.
  [[nodiscard]] bool may_send() const { return !on_ || rtp_.ready(); }
  [[nodiscard]] bool may_report() const {
    return !on_ || (reports_apart_ ? reports_ : rtp_).ready();
  }
  /// The bytes for the network, good until the next call; empty: they must not leave.
  [[nodiscard]] ProtectedChannel::Sealed seal_rtp(std::span<const std::byte> plain);
  [[nodiscard]] ProtectedChannel::Sealed seal_rtcp(std::span<const std::byte> plain);
  /// The kernel refused the packet with this sequence number, which may be another's now.
  void never_left(std::uint16_t sequence) { rtp_.never_left(sequence); }
  /// What came in plain, good until the next call; empty: it is not the far end's.
  [[nodiscard]] ProtectedChannel::Opened open_rtp(std::span<const std::byte> bytes, TimePoint now);
  [[nodiscard]] ProtectedChannel::Opened open_rtcp(std::span<const std::byte> bytes, TimePoint now);

  // The handshakes, where there are any.
  /// Where the far end has RTP, and RTCP if it is known.
  struct Remotes {
    net::SocketAddress rtp;
    std::optional<net::SocketAddress> rtcp;
  };
  void send_on(PathId path, const Remotes& remotes, TimePoint now);
  void stop_sending(TimePoint now);
  /// @return false: there is no handshake here for it
  bool on_datagram(const Received& datagram, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::optional<Transmit> poll_transmit();
  /// The session is over, once what waits has left: associations are ended with it.
  void close(TimePoint now);
  void take_notices(std::vector<Notice>& notices);

 private:
  [[nodiscard]] ProtectedChannel make_reports() const;
  [[nodiscard]] ProtectedChannel& of_reports() { return reports_apart_ ? reports_ : rtp_; }

  std::uint32_t own_ssrc_;
  ProtectedChannel::Options options_;  // of the channel of RTCP
  ProtectedChannel rtp_;
  ProtectedChannel reports_;    // has keys only where `reports_apart_`
  bool reports_apart_ = false;  // RTCP has its own association
  bool on_ = false;
};

}  // namespace godwit::media
