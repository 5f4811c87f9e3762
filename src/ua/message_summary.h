// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "godwit/event.h"

namespace godwit::ua {

/// Reads an application/simple-message-summary body (RFC 3842 §5.2): whether messages wait, and how many
/// voice messages. Empty when it does not say whether.
[[nodiscard]] std::optional<MessagesWaiting> read_message_summary(std::string_view body);

}  // namespace godwit::ua
