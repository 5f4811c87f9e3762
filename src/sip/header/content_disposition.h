// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// What a body is for (RFC 3261 §20.11).
struct ContentDisposition {
  /// What to do with a body that is not understood.
  enum class Handling { optional, required };

  std::string type = "session";      // lower case token: "session", "render", "early-session", …
  std::optional<Handling> handling;  // unset, or in words that nobody knows: required
  Parameters parameters;

  bool operator==(const ContentDisposition&) const = default;
};

[[nodiscard]] Scanned<ContentDisposition> parse_content_disposition(std::string_view text);
[[nodiscard]] std::string to_string(const ContentDisposition& disposition);

/// RFC 3261 §20.11: only a body that says so may be left aside.
[[nodiscard]] inline bool may_be_ignored(const ContentDisposition& disposition) {
  return disposition.handling == ContentDisposition::Handling::optional;
}

}  // namespace godwit::sip
