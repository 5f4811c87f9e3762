// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "net/ip_address.h"

namespace godwit::sip {

/// An IPv6 prefix under which a NAT64 shows the IPv4 Internet (RFC 6052 §2).
struct Nat64Prefix {
  net::IpAddress network;  ///< IPv6; what comes after `length` bits is zero
  int length = 96;         ///< bits: 32, 40, 48, 56, 64 or 96

  auto operator<=>(const Nat64Prefix&) const = default;
};

/// The address that stands for an IPv4 address (RFC 6052 §2.2). Empty for one that must not be
/// translated: loopback, link-local, multicast and unspecified ones never, under the well-known
/// prefix 64:ff9b::/96 only global ones (RFC 6052 §3.1).
[[nodiscard]] std::optional<net::IpAddress> synthesise(const Nat64Prefix& prefix,
                                                       const net::IpAddress& v4);
/// The IPv4 address that an address under this prefix stands for; empty when it is not under it.
[[nodiscard]] std::optional<net::IpAddress> extract_v4(const Nat64Prefix& prefix,
                                                       const net::IpAddress& v6);
/// The prefixes that the AAAA records of ipv4only.arpa show, in their order, each once (RFC 7050
/// §3). Records without one of the two well-known IPv4 addresses in a place of RFC 6052 are passed
/// over.
[[nodiscard]] std::vector<Nat64Prefix> find_nat64_prefixes(
    const std::vector<net::IpAddress>& records);

}  // namespace godwit::sip
