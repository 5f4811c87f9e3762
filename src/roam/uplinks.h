// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "godwit/options.h"
#include "net/network_snapshot.h"
#include "net/uplink.h"

namespace godwit::roam {

/// The uplink that an address of ours belongs to; empty when no interface has it.
[[nodiscard]] std::optional<net::Uplink> uplink_of(const net::IpAddress& local,
                                                   const net::NetworkSnapshot& snapshot);

/// The address that new flows of an uplink have: one that far hosts can answer to, by RFC 6724 §5, rules 3 and
/// 7. Empty when it has none.
[[nodiscard]] std::optional<net::IpAddress> address_of(const net::Uplink& uplink,
                                                       const net::NetworkSnapshot& snapshot);

/// The uplinks that are to be kept ready beside `carrying`, the best first: those with an address and a
/// default route, in `families`, whose interface is kept warm.
[[nodiscard]] std::vector<net::Uplink> warm_uplinks(const net::NetworkSnapshot& snapshot,
                                                    const NetworkPolicy& policy,
                                                    const std::vector<net::Family>& families,
                                                    const net::Uplink& carrying);

/// No packet of ours is to leave by this interface.
[[nodiscard]] bool is_forbidden(std::uint32_t interface, const net::NetworkSnapshot& snapshot,
                                const NetworkPolicy& policy);
/// Some interface is forbidden, if it is there: sockets are held to the interface of their address, for the kernel
/// may lead by another one.
[[nodiscard]] bool forbids_any(const NetworkPolicy& policy);
/// The way to a destination that counts: where the kernel's choice is forbidden, by the best permitted uplink with an
/// address and a default route. Empty: there is none.
[[nodiscard]] std::optional<net::RouteChoice> permitted_way(
    const net::IpAddress& destination, const std::optional<net::RouteChoice>& choice,
    const net::NetworkSnapshot& snapshot, const NetworkPolicy& policy);
/// The same for all destinations; forbidden interfaces have no default routes any more.
void lead_by_permitted_ways(net::NetworkSnapshot& snapshot, const NetworkPolicy& policy);

/// Uplinks that carry nothing though all looks well, each with the one of its family that is known to carry.
using SilentUplinks = std::map<net::Uplink, net::Uplink>;
/// The way to a destination where the kernel would take a silent uplink: by the one that carries. Where that has no
/// address the kernel's choice stays.
[[nodiscard]] std::optional<net::RouteChoice> way_around(
    const net::IpAddress& destination, const std::optional<net::RouteChoice>& choice,
    const net::NetworkSnapshot& snapshot, const SilentUplinks& silent);
void lead_around(net::NetworkSnapshot& snapshot, const SilentUplinks& silent);

}  // namespace godwit::roam
