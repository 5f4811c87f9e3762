// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "godwit/options.h"

namespace godwit::ua {

/// A digit that an INFO tells of.
struct InfoDigit {
  char digit = '0';  // 0-9 * # A-D
  std::chrono::milliseconds duration{160};

  bool operator==(const InfoDigit&) const = default;
};

/// Reads "application/dtmf-relay" (lines "Signal=5" and "Duration=160") and "application/dtmf" (the digit
/// alone), which no RFC describes: spaces, letters of either case and "10" for "*" are taken too.
/// Empty for every other body.
[[nodiscard]] std::optional<InfoDigit> read_info_digit(const MessageBody& body);
/// As application/dtmf-relay.
[[nodiscard]] MessageBody write_info_digit(const InfoDigit& digit);

}  // namespace godwit::ua
