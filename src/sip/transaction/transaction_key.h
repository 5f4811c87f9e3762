// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/message.h"

namespace godwit::sip {

// Transactions are found by text: what must be equal, put together.

/// What matches a response to the request it answers: branch and method (RFC 3261 §17.1.3).
[[nodiscard]] std::string client_key(std::string_view branch, std::string_view method);

/// What matches a request to the server transaction it belongs to (RFC 3261 §17.2.3): branch,
/// sent-by and method; without the magic cookie what RFC 2543 compares. An ACK has the key of its
/// INVITE. The top Via must be as it came.
[[nodiscard]] std::string server_key(const Message& request);
/// The key of the INVITE that a CANCEL is about (RFC 3261 §9.2).
[[nodiscard]] std::string cancelled_key(const Message& cancel);

/// What two copies of a request have in common that came by different ways (RFC 3261 §8.2.2.2):
/// From tag, Call-ID and CSeq. Empty for a request within a dialog, and for a CANCEL.
[[nodiscard]] std::string merge_key(const Message& request);

}  // namespace godwit::sip
