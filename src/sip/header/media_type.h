// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// What a body is: the Content-Type header field value (RFC 3261 §20.15).
struct MediaType {
  std::string type;     // lower case token: "application"
  std::string subtype;  // lower case token: "sdp"
  Parameters parameters;

  bool operator==(const MediaType&) const = default;
};

[[nodiscard]] Scanned<MediaType> parse_media_type(std::string_view text);
[[nodiscard]] std::string to_string(const MediaType& media);

/// Whether it is `name`, "application/sdp", whatever its parameters.
[[nodiscard]] bool is_media_type(const MediaType& media, std::string_view name);

/// `type/subtype` where it stands, and where its parameters begin.
struct MediaTypeParts {
  std::string_view type;
  std::string_view subtype;
  std::size_t parameters_at = 0;
};
[[nodiscard]] Scanned<MediaTypeParts> scan_media_type(std::string_view text);

}  // namespace godwit::sip
