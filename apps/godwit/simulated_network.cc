// SPDX-License-Identifier: Apache-2.0
#include "simulated_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace godwit::cli {
namespace {

void remove_interface(net::NetworkSnapshot& snapshot, const std::string& name) {
  for (const net::Interface& interface : snapshot.interfaces) {
    if (interface.name != name) continue;
    const std::uint32_t index = interface.index;
    std::erase_if(snapshot.default_routes,
                  [index](const net::DefaultRoute& r) { return r.interface == index; });
    for (auto& [destination, choice] : snapshot.routes) {
      if (choice && choice->interface == index) choice.reset();
    }
  }
  std::erase_if(snapshot.interfaces, [&](const net::Interface& i) { return i.name == name; });
}

net::Interface& find_or_add(net::NetworkSnapshot& snapshot, const std::string& name) {
  std::uint32_t highest = 0;
  for (net::Interface& interface : snapshot.interfaces) {
    if (interface.name == name) return interface;
    highest = std::max(highest, interface.index);
  }
  net::Interface added;
  added.index = highest + 1;
  added.name = name;
  snapshot.interfaces.push_back(added);
  return snapshot.interfaces.back();
}

void add_address(net::NetworkSnapshot& snapshot, const Supposition::NewAddress& wanted) {
  constexpr int kV4Prefix = 24;
  constexpr int kV6Prefix = 64;
  net::Interface& interface = find_or_add(snapshot, wanted.interface);
  interface.up = true;
  net::InterfaceAddress address;
  address.address = wanted.address;
  address.prefix_length = wanted.address.is_v4() ? kV4Prefix : kV6Prefix;
  interface.addresses.push_back(address);
  std::sort(interface.addresses.begin(), interface.addresses.end());
  net::DefaultRoute route;
  route.family = wanted.address.family();
  route.interface = interface.index;
  route.metric = std::numeric_limits<std::uint32_t>::max();
  snapshot.default_routes.push_back(route);
}

std::optional<net::IpAddress> usable_address(const net::NetworkSnapshot& snapshot,
                                             const net::DefaultRoute& route) {
  for (const net::Interface& interface : snapshot.interfaces) {
    if (interface.index != route.interface || !interface.up) continue;
    for (const net::InterfaceAddress& a : interface.addresses) {
      const bool usable = !a.tentative && !a.deprecated && !a.address.is_link_local();
      if (usable && a.address.family() == route.family) return a.address;
    }
  }
  return std::nullopt;
}

/// By the default route of the lowest metric that has an address to send from.
std::optional<net::RouteChoice> best_way(const net::NetworkSnapshot& snapshot, net::Family family) {
  std::optional<net::RouteChoice> best;
  std::uint32_t best_metric = std::numeric_limits<std::uint32_t>::max();
  for (const net::DefaultRoute& route : snapshot.default_routes) {
    const auto source = usable_address(snapshot, route);
    if (route.family != family || !source || (best && route.metric >= best_metric)) continue;
    best = net::RouteChoice{*source, route.interface};
    best_metric = route.metric;
  }
  return best;
}

}  // namespace

Result<Supposition::NewAddress> parse_new_address(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos && equals > 0) {
    const auto address = net::IpAddress::parse(text.substr(equals + 1));
    if (address) return Supposition::NewAddress{text.substr(0, equals), *address};
  }
  return fail(Errc::invalid_argument,
              fmt::format("--with-address {}: write INTERFACE=ADDRESS, as in lte0=10.2.0.2", text));
}

net::NetworkSnapshot suppose(net::NetworkSnapshot snapshot, const Supposition& supposition) {
  for (const std::string& name : supposition.without_interfaces) remove_interface(snapshot, name);
  for (const auto& wanted : supposition.with_addresses) add_address(snapshot, wanted);
  std::sort(snapshot.default_routes.begin(), snapshot.default_routes.end());
  for (auto& [destination, choice] : snapshot.routes) {
    if (!choice) choice = best_way(snapshot, destination.family());
  }
  return snapshot;
}

}  // namespace godwit::cli
