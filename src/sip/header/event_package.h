// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// What a subscription is about: the Event header field value (RFC 6665 §8.2.1).
struct EventPackage {
  std::string package;                 // token without ".": "presence"
  std::vector<std::string> templates;  // likewise: "winfo" of "presence.winfo"
  std::string id;                      // token; empty: none
  Parameters parameters;

  bool operator==(const EventPackage&) const = default;
};

[[nodiscard]] Scanned<EventPackage> parse_event(std::string_view text);
[[nodiscard]] std::string to_string(const EventPackage& event);

/// "presence.winfo": the package with its templates, as Allow-Events lists it.
[[nodiscard]] std::string event_type(const EventPackage& event);
/// Whether both name the same subscription of a dialog: type and id byte by byte, other parameters
/// left aside (RFC 6665 §8.2.1).
[[nodiscard]] bool same_subscription(const EventPackage& a, const EventPackage& b);

/// The Allow-Events header field value (RFC 6665 §8.2.2): a list of event types.
[[nodiscard]] std::optional<Fault> check_allow_events(std::string_view text);

}  // namespace godwit::sip
