// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"
#include "godwit/options.h"
#include "net/flow.h"

namespace godwit::ua {

/// Whether `instance_id` is empty, or "urn:uuid:" and a UUID (RFC 5626 §4.1, RFC 4122 §3).
/// Errors: `invalid_argument` naming the option.
[[nodiscard]] Result<void> check_instance_id(const std::string& instance_id);

/// Whether an account asks for outbound where it registers by `transport`. By itself only over TLS: the
/// instance-id is the same on every network, and tells who reads it who has moved.
[[nodiscard]] bool asks_for_outbound(Outbound wish, const std::string& instance_id,
                                     net::Transport transport);

}  // namespace godwit::ua
