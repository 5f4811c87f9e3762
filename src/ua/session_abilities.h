// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// Adds to an answer to OPTIONS what sound we can do, if the request names application/sdp in Accept:
/// a description with port 0, for which nothing is reserved (RFC 3264 §9). Who names nothing gets no
/// body: an answer to a stranger stays small.
void add_session_abilities(sip::Message& response, const sip::Message& request,
                           const net::Flow& flow);

}  // namespace godwit::ua
