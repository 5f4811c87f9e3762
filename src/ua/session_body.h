// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "godwit/error.h"
#include "sdp/session_description.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// The session description that a message carries, as its body or as a part of it (RFC 5621);
/// nullopt when it carries none. Errors: `malformed_message`.
[[nodiscard]] Result<std::optional<sdp::SessionDescription>> read_session(
    const sip::Message& message);

}  // namespace godwit::ua
