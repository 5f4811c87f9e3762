// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace godwit::sip {

/// What Subject and Organization say (RFC 3261 §20.36 and §20.25, TEXT-UTF8-TRIM): UTF-8 without
/// white space around it. What is no UTF-8 becomes U+FFFD, and every control character a space.
/// The result is also how such a text is written.
[[nodiscard]] std::string plain_text(std::string_view text);

}  // namespace godwit::sip
