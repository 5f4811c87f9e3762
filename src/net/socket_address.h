// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/ip_address.h"

namespace godwit::net {

/// An IP address and a port.
struct SocketAddress {
  IpAddress address;
  std::uint16_t port = 0;

  [[nodiscard]] Family family() const { return address.family(); }
  /// Reads "192.0.2.1:5060" and "[2001:db8::1]:5060".
  static std::optional<SocketAddress> parse(std::string_view text);

  auto operator<=>(const SocketAddress&) const = default;
};

/// "192.0.2.1:5060", "[2001:db8::1]:5060".
[[nodiscard]] std::string to_string(const SocketAddress& address);

}  // namespace godwit::net
