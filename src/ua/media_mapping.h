// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ua/context.h"
#include "ua/media_route.h"

namespace godwit::ua {

/// `UserAgentOptions::stun_server`, read.
struct StunServer {
  std::string host;  ///< a name, or an IPv4 address
  std::uint16_t port = kPort;

  static constexpr std::uint16_t kPort = 3478;  // RFC 8489 §18.6
};
/// Empty: neither "stun.example.org" nor "192.0.2.1", with a port of its own or without.
[[nodiscard]] std::optional<StunServer> read_stun_server(std::string_view text);

/// Which addresses the NAT before us gives to the RTP sockets of one call: asked of the STUN server
/// as soon as a socket is there, once in the call for a network that turns out to have no NAT, and not
/// any more once the far end is heard though it was told a private address: it answers where our sound
/// comes from.
///
/// An IPv6 address is the same everywhere; but where only a NAT64 leads to IPv4, the server is asked through
/// it, and what it sees is what a far end that has only IPv4 can send to (R40).
class MediaMapping {
 public:
  MediaMapping(MediaId media, const MediaRoute& route, const Context& context);

  void on_opened(PathId path, const net::SocketAddress& rtp, TimePoint now);
  void on_closed(PathId path);
  void on_seen(const media::AddressSeen& seen);
  /// The NAT before us has started anew: what it had given to our sockets is asked for again.
  /// @return whether anything is
  bool ask_again(TimePoint now);
  /// The far end is heard on this path; its description names `remote`.
  void on_heard(PathId path, const std::optional<net::SocketAddress>& remote);
  /// The server's name may have its address now.
  void pump(TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// What the path is called by others may be known in a moment: what tells it waits.
  [[nodiscard]] bool waits(PathId path) const;
  /// What others call the RTP socket: its own address where nobody says otherwise.
  /// @param by_v4  the far end knows addresses of IPv4 alone: behind a NAT64 the one that this gives us
  [[nodiscard]] net::SocketAddress named(const net::SocketAddress& rtp, bool by_v4 = false) const;

  /// How long an offer waits while no round trip to the server is known.
  static constexpr std::chrono::milliseconds kPatience{500};
  /// Two round trips, once one is known, but not less than this: the next network may be a slower one.
  static constexpr std::chrono::milliseconds kLeastPatience{200};

 private:
  struct Asked {
    PathId path;
    net::SocketAddress rtp;
    std::optional<net::SocketAddress> server{};  // empty: its name, or a NAT64, is being looked up
    std::optional<net::SocketAddress> outside{};
    std::optional<TimePoint> wait_until{};
    bool hopeless = false;  // nothing leads from there to the server
  };
  void ask(Asked& asked, TimePoint now);
  [[nodiscard]] std::optional<net::IpAddress> address_of_server(TimePoint now);
  static void give_up(Asked& asked);

  MediaId media_;
  MediaRoute route_;
  const Context& context_;
  std::optional<StunServer> server_;
  std::optional<net::IpAddress> server_address_;
  std::vector<net::IpAddress> without_nat_;
  bool anchored_ = false;
  Duration patience_ = kPatience;
  std::vector<Asked> asked_;
};

}  // namespace godwit::ua
