// SPDX-License-Identifier: Apache-2.0
#include "roam/network_delta.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace godwit::roam {
namespace {

using net::DefaultRoute;
using net::Family;
using net::Interface;
using net::IpAddress;
using net::NetworkSnapshot;
using net::RouteChoice;

struct Held {
  std::string interface;
  bool deprecated = false;
};
using HeldAddresses = std::map<IpAddress, Held>;

/// The addresses that could carry something: those `has_address` answers yes for, less loopback.
HeldAddresses held_addresses(const NetworkSnapshot& snapshot) {
  HeldAddresses held;
  for (const auto& interface : snapshot.interfaces) {
    if (!interface.up) continue;
    for (const auto& entry : interface.addresses) {
      if (entry.tentative || entry.address.is_loopback()) continue;
      held.emplace(entry.address, Held{interface.name, entry.deprecated});
    }
  }
  return held;
}

bool has_family(const HeldAddresses& held, Family family) {
  return std::any_of(held.begin(), held.end(), [family](const auto& entry) {
    return entry.first.family() == family && !entry.first.is_link_local();
  });
}

const Interface* find_interface(const NetworkSnapshot& snapshot, std::uint32_t index) {
  const auto at = std::find_if(snapshot.interfaces.begin(), snapshot.interfaces.end(),
                               [index](const Interface& i) { return i.index == index; });
  return at == snapshot.interfaces.end() ? nullptr : &*at;
}

/// The default route packets of the family take: of the main table, the lowest metric. Other tables
/// show in the routes per destination.
std::optional<DefaultRoute> best_default(const NetworkSnapshot& snapshot, Family family) {
  constexpr std::uint32_t kMainTable = 254;
  std::optional<DefaultRoute> best;
  for (const auto& route : snapshot.default_routes) {
    if (route.family != family || route.table != kMainTable) continue;
    if (!best || route.metric < best->metric) best = route;
  }
  return best;
}

std::string describe(const NetworkSnapshot& snapshot, const std::optional<DefaultRoute>& route) {
  if (!route) return "none";
  std::string text;
  if (route->gateway) text += "via " + to_string(*route->gateway) + ' ';
  return text + "dev " + snapshot.interface_name(route->interface);
}

std::string describe(const NetworkSnapshot& snapshot, const std::optional<RouteChoice>& choice) {
  if (!choice) return "none";
  return "from " + to_string(choice->source) + " dev " + snapshot.interface_name(choice->interface);
}

void add_lost(const HeldAddresses& before, const HeldAddresses& after, Delta& delta) {
  for (const auto& [address, held] : before) {
    if (after.contains(address)) continue;
    delta.push_back({DeltaKind::address_lost, held.interface, to_string(address)});
  }
}

void add_interfaces_down(const NetworkSnapshot& before, const NetworkSnapshot& after,
                         Delta& delta) {
  for (const auto& interface : before.interfaces) {
    if (!interface.up) continue;
    const Interface* now = find_interface(after, interface.index);
    if (now != nullptr && now->up) continue;
    delta.push_back({DeltaKind::interface_down, interface.name, now == nullptr ? "removed" : ""});
  }
}

void add_families(const HeldAddresses& before, const HeldAddresses& after, DeltaKind kind,
                  Delta& delta) {
  for (const Family family : {Family::v4, Family::v6}) {
    if (has_family(before, family) || !has_family(after, family)) continue;
    delta.push_back({kind, "", std::string(to_string(family))});
  }
}

void add_deprecated(const HeldAddresses& before, const HeldAddresses& after, Delta& delta) {
  for (const auto& [address, held] : before) {
    const auto now = after.find(address);
    if (now == after.end() || held.deprecated || !now->second.deprecated) continue;
    delta.push_back({DeltaKind::address_deprecated, now->second.interface, to_string(address)});
  }
}

void add_default_routes(const NetworkSnapshot& before, const NetworkSnapshot& after, Delta& delta) {
  for (const Family family : {Family::v4, Family::v6}) {
    const auto was = best_default(before, family);
    const auto is = best_default(after, family);
    if (was == is) continue;
    delta.push_back({DeltaKind::default_route_changed,
                     is ? after.interface_name(is->interface) : std::string{},
                     std::string(to_string(family)) + ' ' + describe(before, was) + " -> " +
                         describe(after, is)});
  }
}

void add_routes(const NetworkSnapshot& before, const NetworkSnapshot& after, Delta& delta) {
  for (const auto& [destination, is] : after.routes) {
    // A destination that was not asked for before has not changed.
    const auto was = before.routes.find(destination);
    if (was == before.routes.end() || was->second == is) continue;
    delta.push_back({DeltaKind::route_changed,
                     is ? after.interface_name(is->interface) : std::string{},
                     to_string(destination) + ' ' + describe(before, was->second) + " -> " +
                         describe(after, is)});
  }
}

void add_gained(const HeldAddresses& before, const HeldAddresses& after, Delta& delta) {
  for (const auto& [address, held] : after) {
    // Each interface grows a link-local address a moment after it came up: no news for a call.
    if (before.contains(address) || address.is_link_local()) continue;
    delta.push_back({DeltaKind::address_gained, held.interface, to_string(address)});
  }
}

void add_interfaces_up(const NetworkSnapshot& before, const NetworkSnapshot& after, Delta& delta) {
  for (const auto& interface : after.interfaces) {
    if (!interface.up) continue;
    const Interface* was = find_interface(before, interface.index);
    if (was != nullptr && was->up) continue;
    delta.push_back({DeltaKind::interface_up, interface.name, ""});
  }
}

void add_renamed(const NetworkSnapshot& before, const NetworkSnapshot& after, Delta& delta) {
  for (const auto& interface : after.interfaces) {
    const Interface* was = find_interface(before, interface.index);
    if (was == nullptr || was->name == interface.name) continue;
    delta.push_back({DeltaKind::interface_renamed, interface.name, "was " + was->name});
  }
}

std::string describe(const std::vector<net::NameServer>& servers) {
  std::string text;
  for (const auto& server : servers) {
    if (!text.empty()) text += ',';
    text += to_string(server.address);
  }
  return text;
}

// Those that are not known have not changed: a file may be read while it is being written.
void add_name_servers(const NetworkSnapshot& before, const NetworkSnapshot& after, Delta& delta) {
  const auto& was = before.name_servers;
  const auto& is = after.name_servers;
  if (was.empty() || is.empty() || was == is) return;
  delta.push_back({DeltaKind::name_servers_changed, "", describe(was) + " -> " + describe(is)});
}

}  // namespace

Delta diff(const NetworkSnapshot& before, const NetworkSnapshot& after) {
  const auto held_before = held_addresses(before);
  const auto held_after = held_addresses(after);
  Delta delta;
  add_lost(held_before, held_after, delta);
  add_interfaces_down(before, after, delta);
  add_families(held_after, held_before, DeltaKind::family_went, delta);
  add_deprecated(held_before, held_after, delta);
  add_default_routes(before, after, delta);
  add_routes(before, after, delta);
  add_gained(held_before, held_after, delta);
  add_families(held_before, held_after, DeltaKind::family_came, delta);
  add_interfaces_up(before, after, delta);
  add_renamed(before, after, delta);
  add_name_servers(before, after, delta);
  return delta;
}

std::string to_string(const Difference& difference) {
  std::string text(to_string(difference.kind));
  if (!difference.interface.empty()) text += ' ' + difference.interface;
  if (!difference.detail.empty()) text += ' ' + difference.detail;
  return text;
}

std::string_view to_string(DeltaKind kind) {
  switch (kind) {
    case DeltaKind::address_gained:
      return "address_gained";
    case DeltaKind::address_lost:
      return "address_lost";
    case DeltaKind::address_deprecated:
      return "address_deprecated";
    case DeltaKind::interface_up:
      return "interface_up";
    case DeltaKind::interface_down:
      return "interface_down";
    case DeltaKind::interface_renamed:
      return "interface_renamed";
    case DeltaKind::default_route_changed:
      return "default_route_changed";
    case DeltaKind::route_changed:
      return "route_changed";
    case DeltaKind::family_came:
      return "family_came";
    case DeltaKind::family_went:
      return "family_went";
    case DeltaKind::name_servers_changed:
      return "name_servers_changed";
  }
  return "";
}

}  // namespace godwit::roam
