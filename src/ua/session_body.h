// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "sdp/session_description.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// The session description that a message carries, as its body or as a part of it (RFC 5621);
/// nullopt when it carries none. Errors: `malformed_message`.
[[nodiscard]] Result<std::optional<sdp::SessionDescription>> read_session(
    const sip::Message& message);

/// What was read there in spite of what RFC 8866 says, one sentence each.
[[nodiscard]] std::vector<std::string> session_warnings(const sip::Message& message);

/// Why a call cannot have sound, for people: an exchange came to nothing because of `why`.
[[nodiscard]] std::string no_sound(const Error& why);

}  // namespace godwit::ua
