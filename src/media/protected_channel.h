// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/dtls_certificate.h"
#include "media/dtls_keying.h"
#include "sdp/media_protection.h"
#include "srtp/incoming.h"
#include "srtp/outgoing.h"

namespace godwit::media {

/// SRTP and SRTCP on one channel of a session: the keys that apply there, and the handshake that they may
/// come from. Part of Protection.
class ProtectedChannel {
 public:
  struct Options {
    Channel channel = Channel::rtp;
    std::optional<crypto::DtlsCertificate> certificate;  // ours; none: no handshake
    std::vector<srtp::Suite> suites;                     // that a handshake may agree on
    srtp::KeyLimits limits;
  };

  ProtectedChannel(std::uint32_t own_ssrc, Options options);

  /// Keys that signalling told; ours from the next packet on, both of theirs for 5 s.
  void use(const srtp::MasterKey& send, const srtp::MasterKey& receive, TimePoint now);
  /// A handshake that signalling asks for, or the one that was asked for before.
  void configure(const sdp::DtlsProtection& agreed, TimePoint now);
  void expect_reset() { incoming_.expect_reset(); }
  /// The same key counts packets from 0 under another SSRC.
  void use_ssrc(std::uint32_t own);
  /// There is a key to send with.
  [[nodiscard]] bool ready() const { return outgoing_.ready(); }

  using Sealed = std::optional<std::span<const std::byte>>;
  [[nodiscard]] Sealed seal_rtp(std::span<const std::byte> plain);
  [[nodiscard]] Sealed seal_rtcp(std::span<const std::byte> plain);
  void never_left(std::uint16_t sequence) { outgoing_.never_left(sequence); }
  using Opened = std::optional<srtp::Incoming::Opened>;
  [[nodiscard]] Opened open_rtp(std::span<const std::byte> bytes, TimePoint now);
  [[nodiscard]] Opened open_rtcp(std::span<const std::byte> bytes, TimePoint now);

  void send_on(PathId path, const net::SocketAddress& remote, TimePoint now);
  void stop_sending(TimePoint now);
  /// @return false: there is no handshake here for it
  bool on_datagram(const net::SocketAddress& from, std::span<const std::byte> bytes, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::optional<Transmit> poll_transmit();
  /// The session is over: an association is ended with it.
  void close(TimePoint now);
  /// What the call layer has to know, each thing once.
  void take_notices(std::vector<Notice>& notices);

 private:
  bool begin_keying(TimePoint now);
  void look_at_keying(TimePoint now);
  void forget_keys();
  /// Room for the packet and what protection adds, with the packet in it.
  std::span<std::byte> copy_out(std::span<const std::byte> plain);
  Sealed sealed(const std::optional<std::size_t>& size) const;

  std::uint32_t own_ssrc_;
  Options options_;
  srtp::Outgoing outgoing_;
  srtp::MasterKey send_key_;  // that it has
  srtp::Incoming incoming_;
  std::optional<DtlsKeying> keying_;
  std::optional<Target> target_;
  bool told_worn_ = false;                  // of `send_key_`
  bool ended_ = false;                      // the association whose keys there were
  bool tells_end_ = false;
  std::vector<std::byte> out_, in_;         // grow once to the largest packet
};

}  // namespace godwit::media
