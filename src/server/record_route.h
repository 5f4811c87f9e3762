// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "net/flow.h"
#include "server/server_identity.h"
#include "sip/message/message.h"

namespace godwit::server {

/// How one side of a dialog reaches us.
struct Side {
  net::Transport transport = net::Transport::udp;
  net::SocketAddress address;

  bool operator==(const Side&) const = default;
};
[[nodiscard]] Side side_of(const net::Flow& flow);

/// The two ends of a request's way through us: where it reached us and where it leaves from.
struct Passage {
  Side reached_at;
  Side leaves_from;
  /// Names the flow of that side, where only it leads there (RFC 5626 §5.3); empty: its URIs do.
  std::string back_token{};
  std::string on_token{};
};

/// Puts us on the way of a dialog (RFC 3261 §16.6 step 4), where the request makes one, and where
/// another proxy did so without need: what stands on top of Record-Route is then ours.
///
/// A server with a name writes it once for each transport. One without has an address on each side.
/// At a boundary of transports, networks or families it writes two, that of the next hop on top
/// (RFC 5658 §3.3, RFC 6157 §3.1.1). Where a flow is to be named it writes two as well: of the
/// routes that a request takes from us the last one is then that of the side it goes to.
void add_record_route(sip::Message& request, const Passage& passage,
                      const ServerIdentity& identity);

/// Puts us on the way to who registers (RFC 3327 §5.2, RFC 5626 §5.1).
///
/// @param token  of the flow to the client
enum class FirstHop { yes, no };
void add_path(sip::Message& registration, const Side& leaves_from, const std::string& token,
              FirstHop first_hop, const ServerIdentity& identity);

}  // namespace godwit::server
