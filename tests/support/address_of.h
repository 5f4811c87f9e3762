// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/assert.h"
#include "net/socket_address.h"

namespace godwit::test {

/// @param text "192.0.2.1", "2001:db8::1"
inline net::IpAddress ip(std::string_view text) {
  const auto address = net::IpAddress::parse(text);
  GODWIT_ASSERT(address.has_value());
  return *address;
}

/// @param text "192.0.2.1:5060", "[2001:db8::1]:5060"
inline net::SocketAddress at(std::string_view text) {
  const auto address = net::SocketAddress::parse(text);
  GODWIT_ASSERT(address.has_value());
  return *address;
}

}  // namespace godwit::test
