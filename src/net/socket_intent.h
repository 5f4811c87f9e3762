// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace godwit::net {

/// What a socket is to be, whichever address it gets: kept with the flow over every rebind.
struct SocketIntent {
  std::string interface;        ///< bound to this one, never leaves by another; empty: any
  std::uint8_t dscp = 0;        ///< differentiated services code point, 0 to 63 (RFC 2474)

  auto operator<=>(const SocketIntent&) const = default;
};

}  // namespace godwit::net
