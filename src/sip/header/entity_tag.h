// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sip/header/value_reader.h"

namespace godwit::sip {

/// The value of SIP-ETag and of SIP-If-Match (RFC 3903 §11.3): one token, compared byte by byte.
[[nodiscard]] inline Scanned<std::string_view> scan_entity_tag(std::string_view text) {
  return scan_whole_token(text, "expected an entity tag");
}

}  // namespace godwit::sip
