// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "sip/message/grammar.h"

namespace godwit::sip {

/// The MIME-Version header field value (RFC 3261 §20.24).
struct MimeVersion {
  std::uint32_t major = 1;
  std::uint32_t minor = 0;

  auto operator<=>(const MimeVersion&) const = default;
};

[[nodiscard]] Scanned<MimeVersion> parse_mime_version(std::string_view text);
[[nodiscard]] std::string to_string(const MimeVersion& version);

}  // namespace godwit::sip
