// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// How urgent a request is for the person called (RFC 3261 §20.26).
struct Priority {
  enum class Level { non_urgent, normal, urgent, emergency, other };

  Level level = Level::normal;
  std::string other;  // token, of a level that the RFC does not name

  bool operator==(const Priority&) const = default;
};

[[nodiscard]] Scanned<Priority> parse_priority(std::string_view text);
[[nodiscard]] std::string to_string(const Priority& priority);

}  // namespace godwit::sip
