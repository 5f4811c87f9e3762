// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of Alert-Info (RFC 3261 §20.4), Call-Info (§20.9) or Error-Info (§20.18): where
/// something more about a call is to be had.
struct InfoLink {
  Uri uri;  // of any scheme
  Parameters parameters;

  bool operator==(const InfoLink&) const = default;
};

/// Parses one element of the unfolded field value.
[[nodiscard]] Scanned<InfoLink> parse_info_link(std::string_view text);
[[nodiscard]] std::string to_string(const InfoLink& link);

/// What a Call-Info is good for: "icon", "info", "card", …; empty when it does not say.
[[nodiscard]] std::string purpose_of(const InfoLink& link);

}  // namespace godwit::sip
