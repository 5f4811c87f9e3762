// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/flow.h"
#include "sip/locate/locate_policy.h"
#include "sip/locate/next_hop.h"

namespace godwit::sip {

/// The transports that may carry a request to a next hop, the default one first (RFC 3263 §4.1):
/// UDP, TCP, TLS for sip, only TLS for sips; only the one of the URI when it names one. Empty when
/// what the URI asks for is not to be had.
[[nodiscard]] std::vector<net::Transport> transports_for(const NextHop& hop,
                                                         const LocatePolicy& policy);
/// "_sip._udp.example.org", "_sips._tcp.example.org" (RFC 3263 §4.2).
[[nodiscard]] std::string service_name(net::Transport transport, std::string_view domain);

}  // namespace godwit::sip
