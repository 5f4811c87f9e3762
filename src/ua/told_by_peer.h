// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/event.h"
#include "sip/message/message.h"

namespace godwit::ua {

// What a message of a stranger says for people to read: without control characters, in valid UTF-8,
// so much of it and no more (limits::kToldEntries, kToldBytes).

/// Whether a message came from the account's own server, whose word on identities counts (RFC 3325
/// §4).
enum class Source { own_server, anybody };

/// Who calls, whom, by what way and about what: From, To, Subject, Diversion, History-Info, and from
/// the account's own server P-Asserted-Identity.
void tell_of_caller(const sip::Message& invite, Source source, IncomingCall& call);

/// What the Reason of a BYE or CANCEL says (RFC 3326), the first of several: "Normal call clearing
/// (Q.850 16)". Empty without one.
[[nodiscard]] std::string told_reason(const sip::Message& request);
/// Why a call has ended, with the Reason of the request that ended it: "hung up: busy (SIP 486)".
[[nodiscard]] std::string ended_by_peer(std::string what, const sip::Message& request);

}  // namespace godwit::ua
