// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "io/netlink_socket.h"
#include "net/network_snapshot.h"

namespace godwit::io {

/// Asks the kernel which way a packet would go (RTM_GETROUTE). The answer comes at once: some ten
/// microseconds, no packet is sent.
class RouteLookup {
 public:
  /// The source address and interface the kernel would choose now. Empty: no route, an unreachable
  /// or blackhole route, or no address that may be used yet (tentative).
  [[nodiscard]] std::optional<net::RouteChoice> find(const net::IpAddress& destination);

 private:
  bool connect();
  std::optional<net::RouteChoice> ask(const net::IpAddress& destination);

  std::optional<NetlinkSocket> socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace godwit::io
