// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of Diversion: who sent the call on, and why (RFC 5806 §4).
struct Diversion {
  std::string display_name;  // unquoted
  Uri uri;
  // What each says, token or quoted-string; empty: not given.
  std::string reason;                   // "user-busy", "no-answer", "unconditional", …
  std::string privacy;                  // "full", "name", "uri", "off"
  std::string screen;                   // "yes", "no"
  std::optional<std::uint8_t> counter;  // how often the call was sent on there: 0 to 99; none: 1
  std::optional<std::uint8_t> limit;    // how often it may be in all: 0 to 99
  Parameters other;

  bool operator==(const Diversion&) const = default;
};

/// Parses one element. An address without angle brackets is taken: many user agents send it.
[[nodiscard]] Scanned<Diversion> parse_diversion(std::string_view text);
[[nodiscard]] std::string to_string(const Diversion& diversion);

}  // namespace godwit::sip
