// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/flow.h"
#include "sip/message/message.h"

namespace godwit::sip {

/// The response to a request that came by `flow` and gets no transaction. Its To tag is made of
/// what makes the request: each copy gets the same one (RFC 3261 §8.2.7). The top Via says where
/// the request came from, unless it does not read: then it goes back as it came.
[[nodiscard]] Message make_stateless_response(const Message& request, const net::Flow& flow,
                                              int status);

}  // namespace godwit::sip
