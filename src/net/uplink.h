// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>

#include "net/ip_address.h"

namespace godwit::net {

/// One way out of this host: an interface, and the family that is spoken there.
struct Uplink {
  std::string interface;
  Family family = Family::v4;

  auto operator<=>(const Uplink&) const = default;
};

[[nodiscard]] inline std::string to_string(const Uplink& uplink) {  // "wlan0 IPv4"
  return uplink.interface + (uplink.family == Family::v4 ? " IPv4" : " IPv6");
}

}  // namespace godwit::net
