// SPDX-License-Identifier: Apache-2.0
#include "roam/uplinks.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "roam/interface_use.h"

namespace godwit::roam {
namespace {

using net::Uplink;

bool far_hosts_may_answer(const net::InterfaceAddress& held) {
  const auto& address = held.address;
  return !held.tentative && !address.is_clat() && !address.is_link_local() &&
         !address.is_loopback() && !address.is_unspecified();
}

// Of the best default route; empty when there is none.
std::optional<std::uint32_t> metric_of(const Uplink& uplink, const net::NetworkSnapshot& snapshot) {
  std::optional<std::uint32_t> best;
  for (const auto& route : snapshot.default_routes) {
    const bool leads = route.family == uplink.family &&
                       snapshot.interface_name(route.interface) == uplink.interface;
    if (leads && (!best || route.metric < *best)) best = route.metric;
  }
  return best;
}

}  // namespace

std::optional<Uplink> uplink_of(const net::IpAddress& local, const net::NetworkSnapshot& snapshot) {
  auto name = snapshot.interface_of(local);
  if (name.empty()) return std::nullopt;
  return Uplink{std::move(name), local.family()};
}

std::optional<net::IpAddress> address_of(const Uplink& uplink,
                                         const net::NetworkSnapshot& snapshot) {
  std::optional<net::InterfaceAddress> found;
  const auto worth = [](const net::InterfaceAddress& address) {
    return (address.deprecated ? 0 : 2) + (address.temporary ? 1 : 0);
  };
  for (const auto& interface : snapshot.interfaces) {
    if (interface.name != uplink.interface || !interface.up) continue;
    for (const auto& held : interface.addresses) {
      const bool fits = held.address.family() == uplink.family && far_hosts_may_answer(held);
      if (fits && (!found || worth(held) > worth(*found))) found = held;
    }
  }
  if (!found) return std::nullopt;
  return found->address;
}

std::vector<Uplink> warm_uplinks(const net::NetworkSnapshot& snapshot, const NetworkPolicy& policy,
                                 const std::vector<net::Family>& families,
                                 const Uplink& carrying) {
  struct Candidate {
    InterfaceUse use = InterfaceUse::prefer;
    std::uint32_t metric = 0;
    Uplink uplink;
  };
  std::vector<Candidate> candidates;
  for (const auto& interface : snapshot.interfaces) {
    const auto use = use_of(interface.name, policy);
    if (interface.loopback || !interface.up || !is_kept_warm(use)) continue;
    for (const auto family : families) {
      const Uplink uplink{interface.name, family};
      const auto metric = metric_of(uplink, snapshot);
      if (uplink == carrying || !metric || !address_of(uplink, snapshot)) continue;
      candidates.push_back({use, *metric, uplink});
    }
  }
  // Another interface is worth more than another family of the one that carries.
  const auto place = [&](const Candidate& c) {
    return std::tuple(c.uplink.interface == carrying.interface, c.use, c.metric, c.uplink.family);
  };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Candidate& a, const Candidate& b) { return place(a) < place(b); });
  std::vector<Uplink> warm;
  for (auto& candidate : candidates) warm.push_back(std::move(candidate.uplink));
  return warm;
}

bool is_forbidden(std::uint32_t interface, const net::NetworkSnapshot& snapshot,
                  const NetworkPolicy& policy) {
  return !policy.interfaces.empty() &&
         use_of(snapshot.interface_name(interface), policy) == InterfaceUse::never;
}

bool forbids_any(const NetworkPolicy& policy) {
  return std::any_of(policy.interfaces.begin(), policy.interfaces.end(),
                     [](const InterfaceRule& rule) { return rule.use == InterfaceUse::never; });
}

std::optional<net::RouteChoice> permitted_way(const net::IpAddress& destination,
                                              const std::optional<net::RouteChoice>& choice,
                                              const net::NetworkSnapshot& snapshot,
                                              const NetworkPolicy& policy) {
  if (!choice || !is_forbidden(choice->interface, snapshot, policy)) return choice;
  if (destination.is_link_local()) return std::nullopt;  // it is on that link and nowhere else
  std::optional<std::tuple<InterfaceUse, std::uint32_t>> best;
  std::optional<net::RouteChoice> way;
  for (const auto& interface : snapshot.interfaces) {
    const Uplink uplink{interface.name, destination.family()};
    const auto use = use_of(interface.name, policy);
    const auto metric = metric_of(uplink, snapshot);
    const auto address = address_of(uplink, snapshot);
    if (use == InterfaceUse::never || interface.loopback || !metric || !address) continue;
    const std::tuple place(use, *metric);
    if (best && *best <= place) continue;
    best = place;
    way = net::RouteChoice{*address, interface.index};
  }
  return way;
}

void lead_by_permitted_ways(net::NetworkSnapshot& snapshot, const NetworkPolicy& policy) {
  for (auto& [destination, choice] : snapshot.routes) {
    choice = permitted_way(destination, choice, snapshot, policy);
  }
  std::erase_if(snapshot.default_routes, [&](const net::DefaultRoute& route) {
    return is_forbidden(route.interface, snapshot, policy);
  });
}

std::optional<net::RouteChoice> way_around(const net::IpAddress& destination,
                                           const std::optional<net::RouteChoice>& choice,
                                           const net::NetworkSnapshot& snapshot,
                                           const SilentUplinks& silent) {
  if (!choice || silent.empty() || destination.is_link_local()) return choice;
  const auto led =
      silent.find({snapshot.interface_name(choice->interface), destination.family()});
  if (led == silent.end()) return choice;
  const auto address = address_of(led->second, snapshot);
  const auto interface = std::find_if(
      snapshot.interfaces.begin(), snapshot.interfaces.end(),
      [&](const net::Interface& held) { return held.name == led->second.interface; });
  if (!address || interface == snapshot.interfaces.end()) return choice;
  return net::RouteChoice{*address, interface->index};
}

void lead_around(net::NetworkSnapshot& snapshot, const SilentUplinks& silent) {
  for (auto& [destination, choice] : snapshot.routes) {
    choice = way_around(destination, choice, snapshot, silent);
  }
}

}  // namespace godwit::roam
