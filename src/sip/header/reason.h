// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Why a request was sent: one element of Reason (RFC 3326 §2).
struct Reason {
  std::string protocol = "SIP";        // token: "SIP", "Q.850"
  std::optional<std::uint32_t> cause;  // that protocol's number: a status code, a Q.850 cause
  std::string text;                    // for a person to read; empty: none
  Parameters parameters;

  bool operator==(const Reason&) const = default;
};

[[nodiscard]] Scanned<Reason> parse_reason(std::string_view text);
[[nodiscard]] std::string to_string(const Reason& reason);

/// The whole value: one for each protocol.
[[nodiscard]] Scanned<std::vector<Reason>> parse_reasons(std::string_view text);

}  // namespace godwit::sip
