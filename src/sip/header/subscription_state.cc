// SPDX-License-Identifier: Apache-2.0
#include "sip/header/subscription_state.h"

#include "sip/header/number.h"
#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

Taken take_parameter(SubscriptionState& state, std::string_view name,
                     std::optional<std::string_view> value) {
  if (!state.expires && equal_ignoring_case(name, "expires")) {
    return put(state.expires, scan_bare_or_quoted(value, scan_delta_seconds));
  }
  if (!state.retry_after && equal_ignoring_case(name, "retry-after")) {
    return put(state.retry_after, scan_bare_or_quoted(value, scan_delta_seconds));
  }
  if (!state.reason.empty() || !equal_ignoring_case(name, "reason")) return false;
  const auto reason = scan_bare_or_quoted(value, [](std::string_view bare) {
    return scan_whole_token(bare, "expected a reason after \"reason=\"");
  });
  if (!reason) return tl::unexpected<Fault>(reason.error());
  state.reason = lower_case(*reason);
  return true;
}

}  // namespace

// Subscription-State = "Subscription-State" HCOLON substate-value *( SEMI subexp-params )
Scanned<SubscriptionState> parse_subscription_state(std::string_view text) {
  ValueReader reader(text);
  reader.skip_space();
  const auto state = reader.take_token();
  if (state.empty()) return reader.fault("expected \"active\", \"pending\" or \"terminated\"");
  SubscriptionState value;
  value.state = lower_case(state);
  const auto take = [&](std::string_view name, std::optional<std::string_view> given) {
    return take_parameter(value, name, given);
  };
  if (const auto wrong = read_value_parameters(text, reader.at(), value.parameters, take)) {
    return tl::unexpected<Fault>(*wrong);
  }
  return value;
}

std::string to_string(const SubscriptionState& value) {
  std::string text = as_token(value.state);
  if (!value.reason.empty()) append_parameter(text, "reason", as_token(value.reason));
  if (value.expires) append_parameter(text, "expires", write_delta_seconds(*value.expires));
  if (value.retry_after) {
    append_parameter(text, "retry-after", write_delta_seconds(*value.retry_after));
  }
  append_parameters(text, value.parameters);
  return text;
}

Resubscribe resubscription(const SubscriptionState& terminated) {
  const auto& reason = terminated.reason;
  if (reason == "deactivated" || reason == "timeout") return Resubscribe::at_once;
  if (reason == "rejected" || reason == "noresource" || reason == "invariant") {
    return Resubscribe::never;
  }
  return Resubscribe::later;
}

}  // namespace godwit::sip
