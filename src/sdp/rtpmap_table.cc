// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtpmap_table.h"

namespace godwit::sdp {
namespace {

// RFC 3551 §6, table 4 (audio).
constexpr std::array<RtpmapParts, 16> kStatic{{
    {0, "PCMU", 8000, ""},
    {3, "GSM", 8000, ""},
    {4, "G723", 8000, ""},
    {5, "DVI4", 8000, ""},
    {6, "DVI4", 16000, ""},
    {7, "LPC", 8000, ""},
    {8, "PCMA", 8000, ""},
    {9, "G722", 8000, ""},
    {10, "L16", 44100, "2"},
    {11, "L16", 44100, ""},
    {12, "QCELP", 8000, ""},
    {13, "CN", 8000, ""},
    {15, "G728", 8000, ""},
    {16, "DVI4", 11025, ""},
    {17, "DVI4", 22050, ""},
    {18, "G729", 8000, ""},
}};

constexpr std::string_view kRtpmap = "rtpmap:";

}  // namespace

std::optional<RtpmapParts> static_rtpmap(std::uint8_t payload_type) {
  for (const RtpmapParts& known : kStatic) {
    if (known.payload_type == payload_type) return known;
  }
  return std::nullopt;
}

RtpmapTable::RtpmapTable(const SessionView& view, std::size_t media_index)
    : view_(view), lines_(view.media(media_index)) {
  for (std::size_t i = 1; i < lines_.size(); ++i) {
    const std::string_view value = view_.value(lines_[i]);
    if (lines_[i].type != 'a' || !value.starts_with(kRtpmap)) continue;
    const auto type = Words(value.substr(kRtpmap.size())).next_number<std::uint8_t>();
    if (!type || *type >= line_of_.size() || line_of_[*type] != 0) continue;
    line_of_[*type] = static_cast<std::uint16_t>(i);
  }
}

std::optional<RtpmapParts> RtpmapTable::find(std::string_view format) const {
  const auto type = read_number<std::uint8_t>(format);
  if (!type || *type >= line_of_.size()) return std::nullopt;
  if (line_of_[*type] == 0) return static_rtpmap(*type);
  const auto parts = scan_rtpmap(view_.value(lines_[line_of_[*type]]).substr(kRtpmap.size()));
  return parts ? std::optional(*parts) : std::nullopt;
}

}  // namespace godwit::sdp
