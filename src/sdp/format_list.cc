// SPDX-License-Identifier: Apache-2.0
#include "sdp/format_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace godwit::sdp {
namespace {

struct StaticFormat {
  std::uint8_t payload_type;
  std::string_view name;
  std::uint32_t clock_rate;
  std::uint8_t channels;
};
// RFC 3551 §6, table 4 (audio).
constexpr std::array<StaticFormat, 16> kStaticFormats{{
    {0, "PCMU", 8000, 1},
    {3, "GSM", 8000, 1},
    {4, "G723", 8000, 1},
    {5, "DVI4", 8000, 1},
    {6, "DVI4", 16000, 1},
    {7, "LPC", 8000, 1},
    {8, "PCMA", 8000, 1},
    {9, "G722", 8000, 1},
    {10, "L16", 44100, 2},
    {11, "L16", 44100, 1},
    {12, "QCELP", 8000, 1},
    {13, "CN", 8000, 1},
    {15, "G728", 8000, 1},
    {16, "DVI4", 11025, 1},
    {17, "DVI4", 22050, 1},
    {18, "G729", 8000, 1},
}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, ec] = std::from_chars(text.data(), end, value);
  if (ec != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

/// What follows "<payload type> " in the first attribute of that name.
std::optional<std::string_view> value_for(const Media& media, std::string_view attribute,
                                          std::string_view payload_type) {
  for (const Attribute& a : media.attributes) {
    if (a.name != attribute) continue;
    const std::string_view value = a.value;
    if (value.starts_with(payload_type) && value.substr(payload_type.size()).starts_with(' ')) {
      return value.substr(payload_type.size() + 1);
    }
  }
  return std::nullopt;
}

// rtpmap value  =  encoding "/" clock-rate [ "/" channels ]
bool read_rtpmap(std::string_view text, Format& format) {
  const auto first = text.find('/');
  if (first == 0 || first == std::string_view::npos) return false;
  format.name = text.substr(0, first);
  text.remove_prefix(first + 1);
  const auto second = text.find('/');
  const auto rate = number<std::uint32_t>(text.substr(0, second));
  if (!rate) return false;
  format.clock_rate = *rate;
  if (second == std::string_view::npos) return true;
  const auto channels = number<std::uint8_t>(text.substr(second + 1));
  if (channels) format.channels = *channels;
  return channels.has_value();
}

bool read_static(std::uint8_t payload_type, Format& format) {
  for (const StaticFormat& known : kStaticFormats) {
    if (known.payload_type != payload_type) continue;
    format.name = known.name;
    format.clock_rate = known.clock_rate;
    format.channels = known.channels;
    return true;
  }
  return false;
}

std::optional<Format> read_format(const Media& media, const std::string& text) {
  const auto payload_type = number<std::uint8_t>(text);
  if (!payload_type || *payload_type > 127) return std::nullopt;
  Format format;
  format.payload_type = *payload_type;
  const auto rtpmap = value_for(media, "rtpmap", text);
  const bool known = rtpmap ? read_rtpmap(*rtpmap, format) : read_static(*payload_type, format);
  if (!known) return std::nullopt;
  if (const auto fmtp = value_for(media, "fmtp", text)) format.parameters = *fmtp;
  return format;
}

}  // namespace

bool same_codec(const Format& a, const Format& b) {
  return same_name(a.name, b.name) && a.clock_rate == b.clock_rate && a.channels == b.channels;
}

bool is_telephone_event(const Format& format) {
  return same_name(format.name, "telephone-event");
}

bool carries_sound(const Format& format) {
  return !is_telephone_event(format) && !same_name(format.name, "CN") &&
         !same_name(format.name, "red");
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

void put_formats(Media& media, const std::vector<Format>& formats) {
  for (const Format& format : formats) {
    const std::string type = std::to_string(format.payload_type);
    media.formats.push_back(type);
    std::string rtpmap = type + ' ' + format.name + '/' + std::to_string(format.clock_rate);
    if (format.channels != 1) rtpmap += '/' + std::to_string(format.channels);
    media.attributes.push_back({"rtpmap", std::move(rtpmap)});
    if (!format.parameters.empty()) {
      media.attributes.push_back({"fmtp", type + ' ' + format.parameters});
    }
  }
}

}  // namespace godwit::sdp
