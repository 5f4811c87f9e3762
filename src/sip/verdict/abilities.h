// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "sip/message/field.h"

namespace godwit::sip {

/// What a user agent can do, as far as its answers depend on it.
struct Abilities {
  /// A method that is taken.
  struct Taken {
    Method method;
    enum class Where {
      anywhere,
      in_a_dialog
    } where;  // in_a_dialog: nothing without what it is about
  };
  /// A body that a method may carry.
  struct Body {
    Method method;
    std::string_view type;  // "application/sdp"; "*/*": any
  };

  std::span<const Taken> methods;
  std::span<const Body> bodies;
  std::span<const std::string_view> option_tags;
  std::span<const std::string_view> uri_schemes;        // of a Request-URI
  std::span<const std::string_view> content_encodings;  // besides identity
  std::span<const std::string_view> event_packages;
  std::chrono::seconds shortest_session;  // Min-SE
};

/// What godwit's user agent can do: the one place where it is listed.
[[nodiscard]] const Abilities& user_agent_abilities();

/// The entry of a method that is taken; nullptr when it is refused.
[[nodiscard]] const Abilities::Taken* find_method(const Abilities& abilities, Method method);
/// Whether a method may carry a body of `type`, which is compared without regard to case.
[[nodiscard]] bool takes_body(const Abilities& abilities, Method method, std::string_view type);

// Field values that say it to a peer.
[[nodiscard]] std::string allow_value(const Abilities& abilities);
[[nodiscard]] std::string supported_value(const Abilities& abilities);
[[nodiscard]] std::string accept_value(const Abilities& abilities, Method method);
[[nodiscard]] std::string accept_encoding_value(const Abilities& abilities);
[[nodiscard]] std::string allow_events_value(const Abilities& abilities);

}  // namespace godwit::sip
