// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sip/message/message.h"

namespace godwit::server {

/// A request as it goes on, and where (RFC 3261 §16.6). What names us in it, Via and Record-Route,
/// is added when the flow is known.
struct ForwardedRequest {
  sip::Message message;
  sip::Uri next_hop;
};

/// The copy for one target: Request-URI, Max-Forwards, and the detour of §16.6 step 6 for a next
/// hop that routes strictly.
///
/// @param path  proxies on the way to the target, before it (RFC 3327 §5.3)
[[nodiscard]] ForwardedRequest make_forwarded(const sip::Message& request, sip::Uri target,
                                              const std::vector<sip::NameAddr>& path = {});

}  // namespace godwit::server
