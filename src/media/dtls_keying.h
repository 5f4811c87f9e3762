// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/dtls_association.h"
#include "media/session.h"
#include "net/socket_address.h"
#include "sdp/media_protection.h"
#include "srtp/master_key.h"

namespace godwit::media {

/// Comes to the keys of SRTP by DTLS on one channel of a session (RFC 5763, RFC 5764): begins an
/// association when signalling asks for one, and shakes hands on whatever path is the sending one.
/// Pure: datagrams and `now` in, datagrams and keys out. Part of Session.
///
/// Datagrams go to the address that signalling told and to no other, and only what comes from there
/// is heard. A change of path or address in the middle of a handshake goes on with it: what waits
/// for an answer goes again at once. Without a path nothing is sent and no patience is lost. A
/// handshake that nobody answers begins anew for as long as signalling wants it.
///
/// Of a new association (RFC 8842 §5) Session has to know: until `take_keys()` gives its keys, both
/// sides go on with the old ones; from then on what is sent is under the new key, and what comes
/// may be under the old one for 5 s more (`srtp::Incoming`). A handshake that failed takes no keys
/// away; it does not make anything go in clear either. An association that the far end ends
/// (close_notify) takes its keys with it: another one is signalling's to ask for, or a client's.
class DtlsKeying {
 public:
  struct Options {
    crypto::DtlsCertificate certificate;
    /// Best first; those that DTLS cannot agree on are passed over. Empty: what `DtlsAssociation`
    /// takes.
    std::vector<srtp::Suite> suites;
    Channel channel = Channel::rtp;  // RTCP without rtcp-mux has an association of its own
  };
  enum class Status : std::uint8_t { idle, shaking_hands, established, failed, closed };
  struct Keys {
    srtp::MasterKey send, receive;
  };

  explicit DtlsKeying(Options options) : options_(std::move(options)) {}

  /// What was agreed on. The same association as before goes on, another one begins.
  void configure(const sdp::DtlsProtection& protection, TimePoint now);
  /// Datagrams leave on this path, to this address, from now on.
  void send_on(PathId path, const net::SocketAddress& remote, TimePoint now);
  void stop_sending(TimePoint now);

  /// One that `kind_of()` calls DTLS. What comes too early, before signalling, is remembered for a
  /// while.
  void on_datagram(const net::SocketAddress& from, std::span<const std::byte> datagram,
                   TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// The next datagram to send; empty when there is none. Its bytes are good until the next call.
  [[nodiscard]] std::optional<Transmit> poll_transmit();
  /// The session is over: the far end is told, if there is an association to end.
  void close(TimePoint now);
  /// Of each association once, when it is established.
  [[nodiscard]] std::optional<Keys> take_keys();

  [[nodiscard]] Status status() const;
  /// Why it failed, for people.
  [[nodiscard]] std::string reason() const;
  /// Of each association once, when it has failed.
  [[nodiscard]] std::optional<KeyingFailed> take_failure();
  /// Datagrams that were not heard: from elsewhere, or nothing to a handshake.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

  /// How long a datagram may come before the signalling that makes sense of it.
  static constexpr std::chrono::seconds kEarliness{5};
  /// After so long without a path the far end has forgotten the handshake: a client begins anew.
  static constexpr std::chrono::seconds kForgotten{30};

 private:
  using Association = crypto::DtlsAssociation;
  struct Early {
    net::SocketAddress from;
    TimePoint at{};
    std::vector<std::byte> bytes;
  };

  void begin(TimePoint now);
  void begin_again(TimePoint now);
  void adopt_newcomer();
  void settle(TimePoint now);
  void hear(std::span<const std::byte> datagram, TimePoint now);
  void hear_another(std::span<const std::byte> datagram, TimePoint now);
  void remember(const net::SocketAddress& from, std::span<const std::byte> datagram, TimePoint now);
  void hear_what_came_early(TimePoint now);
  [[nodiscard]] std::vector<std::uint16_t> profiles() const;

  Options options_;
  std::optional<sdp::DtlsProtection> protection_;
  std::optional<Association> association_;
  std::optional<Association> newcomer_;  // asked for by a far end that began anew
  std::string refusal_;                  // why there is none
  std::optional<Target> target_;
  std::optional<TimePoint> stopped_at_;
  std::optional<net::SocketAddress> proven_;  // a handshake was completed with whoever hears there
  bool without_cookie_ = false;               // a server that asks for none
  bool keys_taken_ = false;
  bool failure_taken_ = false;
  bool ahead_ = false;  // of signalling: the far end began this one unasked
  std::deque<Early> early_;
  std::vector<std::byte> sending_;
  std::uint64_t refused_ = 0;
};

}  // namespace godwit::media
