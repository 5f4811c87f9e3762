// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// Who wrote a message: we did, or, in a proxy, somebody else.
enum class Origin { own, forwarded };

/// The invariant of dual-stack behaviour: what a message says of the sender's addresses is true for
/// the flow that carries it. Checks what the sender wrote itself: the top Via of a request against
/// the flow's transport and what it is named by (not of a CANCEL, whose Via repeats the INVITE's,
/// RFC 3261 §9.1), every literal Contact with its transport (not of bindings with expires=0, nor of
/// REGISTER and 3xx responses), address types in an SDP body against the addresses they label, and
/// that no brackets in SDP, IPv4-mapped, zoned, link-local, loopback or 464XLAT address is in there
/// unless the remote is one such itself. On a connection any port of the address is true: that of a
/// listener, for example. A request that is too large for UDP (`kLargestUdpRequest`) may name a UDP
/// socket in its Contact when TCP carries it.
///
/// Of a message that a proxy passes on (`Origin::forwarded`) only top Via and literal Record-Route
/// count.
/// @return a sentence that says what is untrue; empty when all is well.
[[nodiscard]] std::optional<std::string> find_untruth(const Message& message, const net::Flow& flow,
                                                      Origin origin = Origin::own);

}  // namespace godwit::sip
