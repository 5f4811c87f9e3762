// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/ip_address.h"
#include "net/name_server.h"

namespace godwit::net {

/// An address of an interface, with what decides whether it may be used (RFC 4862).
struct InterfaceAddress {
  IpAddress address;
  int prefix_length = 0;
  bool tentative = false;   ///< duplicate address detection is not through, or it failed
  bool deprecated = false;  ///< serves only what already uses it
  bool temporary = false;   ///< RFC 8981

  auto operator<=>(const InterfaceAddress&) const = default;
};

struct Interface {
  std::uint32_t index = 0;
  std::string name;
  bool up = false;       ///< administratively up and with carrier
  bool loopback = false;
  std::vector<InterfaceAddress> addresses;  ///< sorted

  bool operator==(const Interface&) const = default;
};

/// A default route: where packets go that no other route takes.
struct DefaultRoute {
  Family family = Family::v4;
  std::uint32_t interface = 0;         ///< index
  std::optional<IpAddress> gateway;
  std::uint32_t metric = 0;
  std::uint32_t table = 254;           ///< RT_TABLE_MAIN

  auto operator<=>(const DefaultRoute&) const = default;
};

/// What the kernel answered when asked for the way to one destination.
struct RouteChoice {
  IpAddress source;             ///< the address it would send from
  std::uint32_t interface = 0;  ///< index of the interface it would send through

  auto operator<=>(const RouteChoice&) const = default;
};

/// The interfaces, usable addresses, routes and name servers at one moment. Values only; all lists
/// sorted but that of the name servers.
struct NetworkSnapshot {
  std::vector<Interface> interfaces;
  std::vector<DefaultRoute> default_routes;
  /// For each destination in use the kernel's choice; empty when it knows no way.
  std::map<IpAddress, std::optional<RouteChoice>> routes;
  /// Those of the system, in its order; empty: not looked at.
  std::vector<NameServer> name_servers;

  /// The address exists on an interface that is up, and is not tentative.
  [[nodiscard]] bool has_address(const IpAddress& address) const;
  /// Any address that could carry a call: not loopback, not link-local, not tentative, interface up.
  [[nodiscard]] bool has_usable_address() const;
  [[nodiscard]] std::string interface_name(std::uint32_t index) const;  // "" if unknown
  /// Name of the interface that holds the address; "" if none does.
  [[nodiscard]] std::string interface_of(const IpAddress& address) const;

  bool operator==(const NetworkSnapshot&) const = default;
};

}  // namespace godwit::net
