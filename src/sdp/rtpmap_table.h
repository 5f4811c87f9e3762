// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sdp/session_view.h"

namespace godwit::sdp {

/// What a payload type stands for without a=rtpmap (RFC 3551 §6, audio); empty when it does not.
[[nodiscard]] std::optional<RtpmapParts> static_rtpmap(std::uint8_t payload_type);

/// The a=rtpmap of one media description in place, found by payload type: what `formats_of` does
/// for a `Media`. The view must outlive the table.
class RtpmapTable {
 public:
  RtpmapTable(const SessionView& view, std::size_t media_index);

  /// What a format of the m= line stands for; empty when nothing says so, or not in a way to be
  /// read.
  [[nodiscard]] std::optional<RtpmapParts> find(std::string_view format) const;

 private:
  const SessionView& view_;
  std::span<const Line> lines_;
  std::array<std::uint16_t, 128> line_of_{};  // by payload type; 0, the m= line, is none
};

}  // namespace godwit::sdp
