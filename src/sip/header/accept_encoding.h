// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/header/number.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of Accept-Encoding (RFC 3261 §20.2).
struct EncodingRange {
  std::string coding = "*";  // token: "gzip"; "*": any that is not named
  Thousandths q = kFullPreference;
  Parameters parameters;

  bool operator==(const EncodingRange&) const = default;
};

[[nodiscard]] Scanned<EncodingRange> parse_encoding_range(std::string_view text);
[[nodiscard]] std::string to_string(const EncodingRange& range);

/// The whole value. Empty, like a missing field: "identity" alone.
[[nodiscard]] Scanned<std::vector<EncodingRange>> parse_accept_encoding(std::string_view text);

/// How welcome a coding is. "identity", no coding at all, is welcome unless refused with q=0.
[[nodiscard]] Thousandths preference_for(const std::vector<EncodingRange>& accept,
                                         std::string_view coding);

}  // namespace godwit::sip
