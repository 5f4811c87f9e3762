// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// 128 bits that name one side of a session; all zero: not known yet ("nil").
using SessionUuid = std::array<std::uint8_t, 16>;

/// Session-ID: the session as both its ends know it, whatever stands between them (RFC 7989 §5).
struct SessionId {
  SessionUuid local{};                // of who sends it
  std::optional<SessionUuid> remote;  // none: the sender knows only RFC 7329
  Parameters other;

  bool operator==(const SessionId&) const = default;
};

/// Parses the unfolded field value. Capital letters are taken as well as small ones.
[[nodiscard]] Scanned<SessionId> parse_session_id(std::string_view text);
[[nodiscard]] std::string to_string(const SessionId& value);

}  // namespace godwit::sip
