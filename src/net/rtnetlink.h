// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "net/network_snapshot.h"

namespace godwit::net {

/// What a datagram of rtnetlink messages said, besides what it changed in the table.
struct RtnetlinkOutcome {
  bool changed = false;  ///< the table is not what it was
  /// The kernel drops IPv4 default routes without a word when their interface or its last address
  /// goes, and tells replaced ones only halfway: the routes must be dumped again.
  bool routes_uncertain = false;
  bool done = false;         ///< end of a dump
  bool interrupted = false;  ///< the dump is inconsistent (NLM_F_DUMP_INTR)
  bool overrun = false;      ///< messages were lost (NLMSG_OVERRUN)
  int error = 0;             ///< errno of an NLMSG_ERROR; 0: none
};

/// The kernel's answer to RTM_GETROUTE for one destination.
struct RtnetlinkRoute {
  std::optional<IpAddress> source;  ///< RTA_PREFSRC
  std::uint32_t interface = 0;
};

/// Links, addresses and default routes as rtnetlink(7) tells them: dumps and notifications in,
/// a snapshot out. Pure: whoever owns the socket hands the bytes in. Malformed messages are
/// skipped.
class RtnetlinkTable {
 public:
  /// Takes one datagram: one or more netlink messages in host byte order.
  RtnetlinkOutcome apply(std::span<const std::byte> datagram);
  void clear();
  /// Before a dump of the routes alone.
  void forget_routes() { default_routes_.clear(); }
  /// Interfaces and default routes; no destinations.
  [[nodiscard]] NetworkSnapshot snapshot() const;
  /// Some link is said to be down although it holds addresses. The kernel tells of a carrier up to
  /// a second late, while a dump knows it at once.
  [[nodiscard]] bool has_addresses_without_link() const;
  /// The interface has the address and it is tentative, or duplicate address detection failed.
  [[nodiscard]] bool is_tentative(const IpAddress& address) const;

 private:
  using Message = std::span<const std::byte>;
  bool apply_link(Message body, bool added, RtnetlinkOutcome& outcome);
  bool apply_address(Message body, bool added, RtnetlinkOutcome& outcome);
  bool apply_route(Message body, std::uint16_t flags, bool added, RtnetlinkOutcome& outcome);
  [[nodiscard]] bool has_v4_default_route(std::uint32_t interface) const;

  std::map<std::uint32_t, Interface> interfaces_;  // addresses are kept apart
  // By interface; IPv4 may hold one address twice, with different prefix lengths.
  using HeldAddresses = std::map<std::pair<IpAddress, int>, InterfaceAddress>;
  std::map<std::uint32_t, HeldAddresses> addresses_;
  std::set<DefaultRoute> default_routes_;
};

/// Reads the answer to RTM_GETROUTE. Empty: no way there (error, blackhole, unreachable, prohibit,
/// dead link), or not an answer at all.
[[nodiscard]] std::optional<RtnetlinkRoute> parse_route_answer(std::span<const std::byte> datagram);

}  // namespace godwit::net
