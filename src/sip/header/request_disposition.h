// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// Request-Disposition: how a caller would like servers to handle the request (RFC 3841 §9.1).
///
/// Each directive says yes or no; without it a server follows its own policy.
struct RequestDisposition {
  std::optional<bool> proxy;     // no: "redirect"
  std::optional<bool> cancel;    // no: "no-cancel"
  std::optional<bool> fork;      // no: "no-fork"
  std::optional<bool> recurse;   // no: "no-recurse"
  std::optional<bool> parallel;  // no: "sequential"
  std::optional<bool> queue;     // no: "no-queue"
  /// Directives that godwit does not know, and those that contradict or repeat an earlier one.
  std::vector<std::string> other;

  bool operator==(const RequestDisposition&) const = default;
};

/// Parses the unfolded field value: at least one directive.
[[nodiscard]] Scanned<RequestDisposition> parse_request_disposition(std::string_view text);
/// Empty when there is no directive at all: then there is no field to send.
[[nodiscard]] std::string to_string(const RequestDisposition& disposition);

}  // namespace godwit::sip
