// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "net/flow.h"
#include "sip/message/via.h"

namespace godwit::sip {

/// From where the far end of a UDP flow saw a request of ours come, as the top Via of its answer says:
/// `received` and `rport` (RFC 3581 §4), or our own sent-by where no `received` is needed.
///
/// Only what can be true counts: an address of the flow's family that a packet can come from, that is not
/// the far end's own, and loopback or link-local only where the far end is; a port that is not 0. Of a
/// connection nothing is taken: the port that a NAT gives it is nobody else's to use.
[[nodiscard]] std::optional<net::SocketAddress> seen_address(const Via& via, const net::Flow& flow);

/// Whether a socket of ours at the flow's near end can be seen as `seen` by its far end: the same conditions.
[[nodiscard]] bool can_be_ours(const net::SocketAddress& seen, const net::Flow& flow);

}  // namespace godwit::sip
