// SPDX-License-Identifier: Apache-2.0
#include "sdp/format_list.h"

#include <algorithm>
#include <optional>

#include "sdp/fmtp.h"
#include "sdp/rtpmap.h"
#include "sdp/rtpmap_table.h"

namespace godwit::sdp {
namespace {

/// The value of the first attribute of that name which speaks of that payload type.
std::optional<std::string_view> value_for(const Media& media, std::string_view attribute,
                                          std::string_view payload_type) {
  for (const Attribute& a : media.attributes) {
    if (a.name == attribute && Words(a.value).next() == payload_type) return a.value;
  }
  return std::nullopt;
}

std::optional<RtpmapParts> rtpmap_for(const Media& media, std::uint8_t payload_type,
                                      std::string_view text) {
  const auto value = value_for(media, "rtpmap", text);
  if (!value) return static_rtpmap(payload_type);
  const auto rtpmap = scan_rtpmap(*value);
  return rtpmap ? std::optional(*rtpmap) : std::nullopt;
}

std::optional<Format> read_format(const Media& media, const std::string& text) {
  const auto payload_type = read_number<std::uint8_t>(text);
  if (!payload_type || *payload_type > kLastPayloadType) return std::nullopt;
  const auto rtpmap = rtpmap_for(media, *payload_type, text);
  if (!rtpmap) return std::nullopt;
  Format format{*payload_type, std::string(rtpmap->encoding), rtpmap->clock_rate, 1, {}};
  if (!rtpmap->parameters.empty()) {
    format.channels = read_number<std::uint8_t>(rtpmap->parameters).value_or(0);
    if (format.channels == 0) return std::nullopt;
  }
  if (const auto value = value_for(media, "fmtp", text)) {
    if (const auto fmtp = scan_fmtp(*value)) format.parameters = fmtp->parameters;
  }
  return format;
}

/// What its payload type means without a word.
bool is_static(const Format& format) {
  const auto known = static_rtpmap(format.payload_type);
  return known && equal_ignoring_case(known->encoding, format.name) &&
         known->clock_rate == format.clock_rate && known->parameters.empty() && format.channels == 1;
}

}  // namespace

bool same_codec(const Format& a, const Format& b) {
  return equal_ignoring_case(a.name, b.name) && a.clock_rate == b.clock_rate &&
         a.channels == b.channels;
}

bool is_telephone_event(const Format& format) {
  return equal_ignoring_case(format.name, "telephone-event");
}

bool is_comfort_noise(const Format& format) {
  return equal_ignoring_case(format.name, "CN");
}

bool carries_sound(const Format& format) {
  return !is_telephone_event(format) && !is_comfort_noise(format) &&
         !equal_ignoring_case(format.name, "red");
}

const Format* find_codec(const std::vector<Format>& list, const Format& wanted) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Format& f) { return same_codec(f, wanted); });
  return found == list.end() ? nullptr : &*found;
}

std::vector<Format> formats_of(const Media& media) {
  std::vector<Format> formats;
  for (const std::string& text : media.formats) {
    if (auto format = read_format(media, text)) formats.push_back(std::move(*format));
  }
  return formats;
}

void put_formats(Media& media, const std::vector<Format>& formats, Rtpmaps rtpmaps) {
  for (const Format& format : formats) {
    const std::string type = std::to_string(format.payload_type);
    media.formats.push_back(type);
    Rtpmap rtpmap{format.payload_type, format.name, format.clock_rate, {}};
    if (format.channels != 1) rtpmap.parameters = std::to_string(format.channels);
    if (rtpmaps == Rtpmaps::all || !is_static(format)) {
      media.attributes.push_back({"rtpmap", to_string(rtpmap)});
    }
    if (!format.parameters.empty()) {
      media.attributes.push_back({"fmtp", to_string(Fmtp{type, format.parameters})});
    }
  }
}

}  // namespace godwit::sdp
