// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_parameters.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/text.h"

namespace godwit::audio {
namespace {

std::optional<int> number_of(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number < least || number > most) return std::nullopt;
  return number;
}

void take_flag(std::string_view value, bool& flag) {
  if (const auto number = number_of(value, 0, 1)) flag = *number == 1;
}

void take_rate(std::string_view value, int& rate) {
  rate = number_of(value, 8000, 48'000).value_or(rate);
}

void take(std::string_view name, std::string_view value, OpusParameters& parameters) {
  const auto is = [&](std::string_view known) { return equal_ignoring_case(name, known); };
  if (is("maxplaybackrate")) return take_rate(value, parameters.max_playback_rate);
  if (is("sprop-maxcapturerate")) return take_rate(value, parameters.max_capture_rate);
  if (is("stereo")) return take_flag(value, parameters.stereo);
  if (is("sprop-stereo")) return take_flag(value, parameters.sends_stereo);
  if (is("cbr")) return take_flag(value, parameters.constant_bitrate);
  if (is("useinbandfec")) return take_flag(value, parameters.inband_fec);
  if (is("usedtx")) return take_flag(value, parameters.dtx);
  if (!is("maxaveragebitrate")) return;
  if (const auto bitrate = number_of(value, 6000, 510'000))
    parameters.max_average_bitrate = bitrate;
}

}  // namespace

OpusParameters parse_opus_parameters(std::string_view text) {
  OpusParameters parameters;
  for (std::size_t i = 0; i < limits::kFormatParameters && !text.empty(); ++i) {
    const std::string_view item = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) continue;
    take(trim(item.substr(0, equals)), trim(item.substr(equals + 1)), parameters);
  }
  return parameters;
}

std::string to_string(const OpusParameters& parameters) {
  std::string text;
  const auto add = [&text](std::string_view name, int value) {
    if (!text.empty()) text += ';';
    text += name;
    text += '=' + std::to_string(value);
  };
  if (parameters.max_playback_rate < 48'000) add("maxplaybackrate", parameters.max_playback_rate);
  if (parameters.max_capture_rate < 48'000)
    add("sprop-maxcapturerate", parameters.max_capture_rate);
  if (parameters.max_average_bitrate) add("maxaveragebitrate", *parameters.max_average_bitrate);
  if (parameters.stereo) add("stereo", 1);
  if (parameters.sends_stereo) add("sprop-stereo", 1);
  if (parameters.constant_bitrate) add("cbr", 1);
  if (parameters.inband_fec) add("useinbandfec", 1);
  if (parameters.dtx) add("usedtx", 1);
  return text;
}

}  // namespace godwit::audio
