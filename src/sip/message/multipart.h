// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/grammar.h"

namespace godwit::sip {

// Bodies of several parts: multipart/mixed, alternative, related, signed, … (RFC 2046 §5.1, RFC
// 5621). Nothing is copied but what is unfolded; a part may hold any byte.

/// One part: views into the body it was found in.
struct BodyPart {
  std::string_view header;  // its lines as they came, without the empty line behind them
  std::string_view body;
  std::size_t depth = 1;      // 1: a part of the whole, 2: a part of such a part, …
  bool is_multipart = false;  // then its own parts follow it, one deeper

  /// First value of a header field by its name, trimmed and unfolded.
  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
  /// Content-Type; "text/plain" when there is none (RFC 2046 §5.1).
  [[nodiscard]] std::string content_type() const;

  bool operator==(const BodyPart&) const = default;
};

/// Whether a Content-Type is of the media type `type`, "application/sdp", whatever its parameters.
[[nodiscard]] bool is_media_type(std::string_view content_type, std::string_view type);
[[nodiscard]] bool is_multipart(std::string_view content_type);

/// The boundary parameter of a Content-Type. The place of a fault counts in `content_type`.
[[nodiscard]] Scanned<std::string> boundary_of(std::string_view content_type);

/// All parts in the order in which they stand, a multipart part before its own parts; preamble and
/// epilogue are left out. Faults: those of `boundary_of`, and others, whose place counts in `body`.
/// Limits: `kMultipartDepth`, `kMultipartParts`.
[[nodiscard]] Scanned<std::vector<BodyPart>> parse_multipart(std::string_view content_type,
                                                             std::string_view body);

/// The first part of media type `type` that is no multipart itself; the whole body when it is of
/// that type; nullopt when there is none.
[[nodiscard]] Scanned<std::optional<BodyPart>> find_part(std::string_view content_type,
                                                         std::string_view body,
                                                         std::string_view type);

}  // namespace godwit::sip
