// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// Referred-By: who sent the REFER that led to this request (RFC 3892 §3).
struct ReferredBy {
  std::string display_name;  // unquoted
  Uri uri;
  std::string content_id;  // cid: of the body part that proves it, "user@host"; empty: none
  Parameters other;

  bool operator==(const ReferredBy&) const = default;
};

/// Parses the unfolded field value, without the field name.
[[nodiscard]] Scanned<ReferredBy> parse_referred_by(std::string_view text);
[[nodiscard]] std::string to_string(const ReferredBy& value);

}  // namespace godwit::sip
