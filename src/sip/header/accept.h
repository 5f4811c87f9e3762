// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/header/number.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// One element of Accept (RFC 3261 §20.1): the bodies that it covers, and how welcome they are.
struct MediaRange {
  std::string type = "*";     // lower case token; "*": any
  std::string subtype = "*";  // lower case token; "*": any
  Thousandths q = kFullPreference;
  Parameters parameters;

  bool operator==(const MediaRange&) const = default;
};

[[nodiscard]] Scanned<MediaRange> parse_media_range(std::string_view text);
[[nodiscard]] std::string to_string(const MediaRange& range);

/// The whole value. Empty: no body is welcome; a missing field means "application/sdp".
[[nodiscard]] Scanned<std::vector<MediaRange>> parse_accept(std::string_view text);

/// How welcome `name`, "application/sdp", is: by the range that names it most closely; 0 when none
/// does.
[[nodiscard]] Thousandths preference_for(const std::vector<MediaRange>& accept,
                                         std::string_view name);

}  // namespace godwit::sip
