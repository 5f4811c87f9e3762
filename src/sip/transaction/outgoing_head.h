// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/random.h"
#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// Gives a request what it needs to leave on `flow`: a top Via with a new branch above those it
/// has, and Max-Forwards (RFC 3261 §8.1.1.6, §8.1.1.7). The branch holds 96 random bits: nobody who
/// does not see the request can answer it.
void complete_head(Message& request, const net::Flow& flow, Random& random);

/// Whether a request that was chosen to go by `flow`, as it will leave but for `complete_head`, is too large
/// for it, with short field names too (RFC 3261 §18.1.1).
[[nodiscard]] bool leaves_by_stream(const Message& request, const net::Flow& flow);

}  // namespace godwit::sip
