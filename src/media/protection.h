// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "crypto/dtls_association.h"
#include "media/dtls_keying.h"
#include "sdp/media_protection.h"
#include "srtp/incoming.h"
#include "srtp/outgoing.h"

namespace godwit::media {

/// SRTP of one session: the keys that were agreed on, by SDES or DTLS, applied to what is sent and
/// what comes. It never goes back to plain packets inside a session: who asks for that means no
/// good.
class Protection {
 public:
  /// @param certificate  ours, for DTLS; empty: keys come by SDES alone
  Protection(std::uint32_t own_ssrc, const std::optional<crypto::DtlsCertificate>& certificate);

  /// What was agreed; a new key of ours is used from the next packet on, both of theirs for 5 s.
  void configure(const sdp::MediaProtection& agreed, TimePoint now);
  /// The far end's address has changed by signalling.
  void expect_reset() { incoming_.expect_reset(); }
  /// Ours has changed (RFC 3550 §8.2): the same key counts packets from 0 under it.
  void use_ssrc(std::uint32_t own);

  /// Nothing plain is sent or taken.
  [[nodiscard]] bool on() const { return on_; }
  /// There is what sending needs: no protection, or its key.
  [[nodiscard]] bool may_send() const { return !on_ || outgoing_.ready(); }
  /// The bytes for the network, good until the next call; empty: they must not leave.
  [[nodiscard]] std::optional<std::span<const std::byte>> seal_rtp(
      std::span<const std::byte> plain);
  [[nodiscard]] std::optional<std::span<const std::byte>> seal_rtcp(
      std::span<const std::byte> plain);
  /// The kernel refused the packet with this sequence number, which may be another's now.
  void never_left(std::uint16_t sequence) { outgoing_.never_left(sequence); }
  /// What came in plain, good until the next call; empty: it is not the far end's.
  [[nodiscard]] std::optional<srtp::Incoming::Opened> open_rtp(std::span<const std::byte> bytes,
                                                               TimePoint now);
  [[nodiscard]] std::optional<srtp::Incoming::Opened> open_rtcp(std::span<const std::byte> bytes,
                                                                TimePoint now);

  /// The handshake, where there is one.
  void send_on(PathId path, const net::SocketAddress& remote, TimePoint now);
  void stop_sending(TimePoint now);
  /// @return false: there is no handshake here for it
  bool on_datagram(const net::SocketAddress& from, std::span<const std::byte> bytes, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::optional<Transmit> poll_transmit();

 private:
  void use(const srtp::MasterKey& send, const srtp::MasterKey& receive, TimePoint now);
  bool begin_keying(TimePoint now);
  void take_keys(TimePoint now);
  /// Room for the packet and what protection adds, with the packet in it.
  std::span<std::byte> copy_out(std::span<const std::byte> plain);

  srtp::Outgoing outgoing_;
  srtp::MasterKey send_key_;  // that it has
  srtp::Incoming incoming_;
  std::optional<crypto::DtlsCertificate> certificate_;
  std::optional<DtlsKeying> keying_;
  std::optional<Target> target_;
  bool on_ = false;
  std::vector<std::byte> out_, in_;  // grow once to the largest packet
};

}  // namespace godwit::media
