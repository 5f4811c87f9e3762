// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// How a subscription stands: the Subscription-State header field value (RFC 6665 §8.2.3).
struct SubscriptionState {
  std::string state = "active";  // lower case token: "active", "pending", "terminated"
  std::string reason;            // token, why terminated: "noresource", "timeout"; empty: not said
  std::optional<std::chrono::seconds> expires;
  std::optional<std::chrono::seconds> retry_after;
  Parameters parameters;

  bool operator==(const SubscriptionState&) const = default;
};

[[nodiscard]] Scanned<SubscriptionState> parse_subscription_state(std::string_view text);
[[nodiscard]] std::string to_string(const SubscriptionState& value);

/// What a subscriber does after "terminated" (RFC 6665 §4.1.3).
enum class Resubscribe {
  at_once,  // deactivated, timeout
  later,    // probation, giveup and unknown reasons: after `retry_after`, if it is given
  never,    // rejected, noresource, invariant
};
[[nodiscard]] Resubscribe resubscription(const SubscriptionState& terminated);

}  // namespace godwit::sip
