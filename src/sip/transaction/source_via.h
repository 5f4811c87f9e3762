// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// Writes into a request's top Via where it really came from: `received` when the sent-by says
/// something else or `rport` was asked for, and the port then too (RFC 3261 §18.2.1, RFC 3581 §4).
/// One that does not read stays as it is.
void write_source(Message& request, const net::SocketAddress& source);

/// The way back for the responses to a request that came by `flow`: its remote is where they go
/// (RFC 3261 §18.2.2, RFC 3581 §4), to the source's own port when the Via asks for that. A `maddr`
/// is not obeyed: it would let anybody aim our responses at a third party.
///
/// Of a Via that does not read, the sent-by alone counts. Where not even that reads, nothing says
/// where the sender listens: see `names_way_back`.
[[nodiscard]] net::Flow way_back(const Message& request, const net::Flow& flow);
/// Whether the top Via has a sent-by that reads, of whatever version and with whatever parameters.
[[nodiscard]] bool names_way_back(const Message& request);

}  // namespace godwit::sip
