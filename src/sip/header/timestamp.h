// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// The Timestamp header field value (RFC 3261 §20.38): when the client sent the request, by its own
/// clock, and how long the server sat on it before it answered. A server hands the first back as it
/// came (§8.2.6.1), so both stay text.
struct Timestamp {
  std::string sent = "0";  // seconds: digits, perhaps "." and more digits
  std::string delay;       // likewise; empty: none

  bool operator==(const Timestamp&) const = default;
};

[[nodiscard]] Scanned<Timestamp> parse_timestamp(std::string_view text);
[[nodiscard]] std::string to_string(const Timestamp& timestamp);

}  // namespace godwit::sip
