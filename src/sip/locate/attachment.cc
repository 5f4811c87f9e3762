// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/attachment.h"

#include <array>
#include <cstdint>
#include <set>

namespace godwit::sip {
namespace {

// What comes after the prefix is the host's own and may change at any time (RFC 8981).
net::IpAddress network_of(const net::InterfaceAddress& held) {
  std::array<std::uint8_t, 16> bytes{};
  int left = held.prefix_length;
  std::size_t at = 0;
  for (const auto byte : held.address.bytes()) {
    const int kept = left >= 8 ? 8 : left > 0 ? left : 0;
    bytes[at++] = static_cast<std::uint8_t>(byte & (0xff00 >> kept));
    left -= 8;
  }
  if (!held.address.is_v4()) return net::IpAddress::v6(bytes);
  return net::IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
}

bool counts(const net::InterfaceAddress& held) {
  return !held.tentative && !held.deprecated && !held.address.is_loopback() &&
         !held.address.is_link_local();
}

std::string describe(const net::DefaultRoute& route, const net::NetworkSnapshot& snapshot) {
  const auto gateway = route.gateway ? " via " + to_string(*route.gateway) : std::string();
  return std::string(to_string(route.family)) + gateway + " dev " +
         snapshot.interface_name(route.interface) + " metric " + std::to_string(route.metric) +
         " table " + std::to_string(route.table);
}

}  // namespace

std::string attachment_of(const net::NetworkSnapshot& snapshot) {
  std::set<std::string> parts;
  for (const auto& route : snapshot.default_routes) parts.insert(describe(route, snapshot));
  for (const auto& interface : snapshot.interfaces) {
    if (!interface.up || interface.loopback) continue;
    for (const auto& held : interface.addresses) {
      if (!counts(held)) continue;
      parts.insert(to_string(network_of(held)) + '/' + std::to_string(held.prefix_length) +
                   " dev " + interface.name);
    }
  }
  std::string id;
  for (const auto& part : parts) id += part + '\n';
  return id;
}

}  // namespace godwit::sip
