// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/message/message.h"

namespace godwit::sip {

// Requests that a client transaction makes of its INVITE (as sent: with its Via).

/// The ACK for a final response that is no 2xx (RFC 3261 §17.1.1.3).
[[nodiscard]] Message make_failure_ack(const Message& invite, const Message& response);
/// The CANCEL (RFC 3261 §9.1).
[[nodiscard]] Message make_cancel(const Message& invite);

}  // namespace godwit::sip
