// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/message.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// When to try again (RFC 3261 §20.33).
struct RetryAfter {
  std::chrono::seconds delay{0};
  std::string comment;                           // without its parentheses; empty: none
  std::optional<std::chrono::seconds> duration;  // how long the peer will then be reachable
  Parameters parameters;

  bool operator==(const RetryAfter&) const = default;
};

[[nodiscard]] Scanned<RetryAfter> parse_retry_after(std::string_view text);
[[nodiscard]] std::string to_string(const RetryAfter& value);

/// How long a response asks us to wait; empty when it does not say, or not in words that read.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(const Message& response);

}  // namespace godwit::sip
