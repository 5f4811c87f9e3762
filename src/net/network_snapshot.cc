// SPDX-License-Identifier: Apache-2.0
#include "net/network_snapshot.h"

#include <algorithm>

namespace godwit::net {
namespace {

bool could_carry_a_call(const InterfaceAddress& held) {
  return !held.tentative && !held.address.is_loopback() && !held.address.is_link_local() &&
         !held.address.is_unspecified();
}

}  // namespace

bool NetworkSnapshot::has_address(const IpAddress& address) const {
  return std::any_of(interfaces.begin(), interfaces.end(), [&](const Interface& interface) {
    return interface.up && std::any_of(interface.addresses.begin(), interface.addresses.end(),
                                       [&](const InterfaceAddress& held) {
                                         return held.address == address && !held.tentative;
                                       });
  });
}

bool NetworkSnapshot::has_usable_address() const {
  return std::any_of(interfaces.begin(), interfaces.end(), [](const Interface& interface) {
    return interface.up && !interface.loopback &&
           std::any_of(interface.addresses.begin(), interface.addresses.end(), could_carry_a_call);
  });
}

std::string NetworkSnapshot::interface_name(std::uint32_t index) const {
  for (const Interface& interface : interfaces) {
    if (interface.index == index) return interface.name;
  }
  return {};
}

std::string NetworkSnapshot::interface_of(const IpAddress& address) const {
  for (const Interface& interface : interfaces) {
    for (const InterfaceAddress& held : interface.addresses) {
      if (held.address == address) return interface.name;
    }
  }
  return {};
}

}  // namespace godwit::net
