// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/options.h"

namespace godwit::io {

// What this build can carry SIP by (GODWIT_WITH_UDP, _TCP, _TLS).
#ifdef GODWIT_WITH_UDP
inline constexpr bool kUdpBuilt = true;
#else
inline constexpr bool kUdpBuilt = false;
#endif
#ifdef GODWIT_WITH_TCP
inline constexpr bool kTcpBuilt = true;
#else
inline constexpr bool kTcpBuilt = false;
#endif
#ifdef GODWIT_WITH_TLS
inline constexpr bool kTlsBuilt = true;
#else
inline constexpr bool kTlsBuilt = false;
#endif

/// The options, with the transports off that are not built in: the core need not know.
[[nodiscard]] inline UserAgentOptions limited_to_build(UserAgentOptions options) {
  options.transport.udp = options.transport.udp && kUdpBuilt;
  options.transport.tcp = options.transport.tcp && kTcpBuilt;
  options.transport.tls = options.transport.tls && kTlsBuilt;
  return options;
}

}  // namespace godwit::io
