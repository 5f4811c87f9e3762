// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/error.h"

namespace godwit::sip {

/// The CSeq header field value (RFC 3261 §20.16).
struct CSeq {
  std::uint32_t number = 1;  // 0 .. 2^31-1 (RFC 3261 §8.1.1.5)
  std::string method;        // case-sensitive token: "INVITE"

  auto operator<=>(const CSeq&) const = default;
};

/// Parses the unfolded field value, without the field name.
/// Errors: `Errc::malformed_message`, with the byte offset in `detail`.
[[nodiscard]] Result<CSeq> parse_cseq(std::string_view text);
[[nodiscard]] std::string to_string(const CSeq& cseq);

}  // namespace godwit::sip
