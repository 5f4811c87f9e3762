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

}  // namespace godwit::sip
