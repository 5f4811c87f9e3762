// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/server_identity.h"
#include "sip/message/message.h"

namespace godwit::server {

/// A request as it goes on, and where (RFC 3261 §16.6); its Via is added when the flow is known.
struct ForwardedRequest {
  sip::Message message;
  sip::Uri next_hop;
};

/// The copy for one target: Request-URI, Max-Forwards, Record-Route if it makes a dialog, and the
/// detour of §16.6 step 6 for a next hop that routes strictly.
[[nodiscard]] ForwardedRequest make_forwarded(const sip::Message& request, sip::Uri target,
                                              const ServerIdentity& identity);

}  // namespace godwit::server
