// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "base/random.h"
#include "godwit/options.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// How long a registration that failed rests (RFC 5626 §4.5): half to all of a bound that doubles with
/// each failure in a row. Chance keeps the many clients of a server that was down from coming back
/// all at once.
/// @param failures  in a row, 1 or more
[[nodiscard]] Duration retry_wait(const RetryPolicy& policy, int failures, Random& random);

/// What a server asks for by Retry-After, at least 1 s, at most `limits::kRetryAfterSeconds`; empty: it
/// does not, or its answer is not one that the field belongs to (RFC 3261 §20.33).
[[nodiscard]] std::optional<Duration> asked_rest(const sip::Message& response);

/// The same REGISTER would be refused again: somebody has to change something first.
[[nodiscard]] bool refuses_for_good(const sip::Message& response);

}  // namespace godwit::ua
