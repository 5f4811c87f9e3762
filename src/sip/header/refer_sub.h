// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Refer-Sub: whether a REFER makes a subscription (RFC 4488 §4).
struct ReferSub {
  bool subscribes = true;  // without the field it does
  Parameters other;

  bool operator==(const ReferSub&) const = default;
};

/// Parses the unfolded field value, without the field name.
[[nodiscard]] Scanned<ReferSub> parse_refer_sub(std::string_view text);
[[nodiscard]] std::string to_string(const ReferSub& value);

}  // namespace godwit::sip
