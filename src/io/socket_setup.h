// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/error.h"
#include "godwit/options.h"
#include "net/socket_intent.h"

namespace godwit::io {

/// What a socket is made to be before it is bound or connected. Whoever opens a socket says it anew
/// each time: interface and mark stay over every rebind.
struct SocketSetup {
  SocketUse use = SocketUse::sip_udp;
  net::SocketIntent intent{};
  SocketHook hook{};
};

/// Binds the socket to its interface and marks its packets, then shows it to the hook, which so has
/// the last word. @return why the interface cannot be had; a mark that is not granted is no
/// failure.
[[nodiscard]] Result<void> set_up(int fd, const SocketSetup& setup);

/// Expedited forwarding (RFC 3246): what media is marked with.
inline constexpr std::uint8_t kExpeditedForwarding = 46;

}  // namespace godwit::io
