// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/ip_address.h"

namespace godwit::net {

inline constexpr std::uint16_t kDnsPort = 53;

/// A name server as it is configured.
struct NameServer {
  IpAddress address;
  std::uint16_t port = kDnsPort;
  std::string zone;  ///< of a link-local address: the interface's name or number (RFC 4007 §11)

  auto operator<=>(const NameServer&) const = default;

  /// Reads "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353" and, with a zone,
  /// "fe80::1%eth0" and "[fe80::1%eth0]:5353".
  static std::optional<NameServer> parse(std::string_view text);
};

/// The name servers of a resolv.conf(5), in its order, each once, at most kNameServers. Lines that
/// make no sense are passed over. Empty: the file names none, which means this host (see there).
[[nodiscard]] std::vector<NameServer> parse_resolv_conf(std::string_view text);

/// More than resolv.conf(5) itself allows: a dead one costs some time.
inline constexpr std::size_t kNameServers = 6;

}  // namespace godwit::net
