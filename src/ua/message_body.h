// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/event.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// What a MESSAGE, INFO or NOTIFY carries, as it came.
[[nodiscard]] MessageBody body_of(const sip::Message& message);
/// Who a request is from: `"Bob" <sip:bob@example.org>`, fit to be shown.
[[nodiscard]] std::string sender_of(const sip::Message& request);
/// The event for a MESSAGE; `call` is empty outside calls.
[[nodiscard]] MessageReceived message_received(AccountId account, CallId call,
                                               const sip::Message& request);

}  // namespace godwit::ua
