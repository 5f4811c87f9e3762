// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/socket_address.h"
#include "server/server_identity.h"
#include "sip/message/message.h"

namespace godwit::server {

/// The two ends of a request's way through us: where it reached us and where it leaves from.
struct Passage {
  net::SocketAddress reached_at;
  net::SocketAddress leaves_from;
};

/// Puts us on the way of a dialog (RFC 3261 §16.6 step 4), where the request makes one, and where
/// another proxy did so without need: what stands on top of Record-Route is then ours.
///
/// A server with a name writes it once. One without has an address on each side, and at a boundary
/// of networks or families it writes both, that of the next hop on top (RFC 6157 §3.1.1).
void add_record_route(sip::Message& request, const Passage& passage,
                      const ServerIdentity& identity);

}  // namespace godwit::server
