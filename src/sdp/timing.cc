// SPDX-License-Identifier: Apache-2.0
#include "sdp/timing.h"

#include <limits>
#include <optional>

namespace godwit::sdp {
namespace {

using std::chrono::seconds;

std::optional<std::int64_t> seconds_in(char unit) {
  switch (unit) {
    case 'd':
      return 86'400;
    case 'h':
      return 3'600;
    case 'm':
      return 60;
    case 's':
      return 1;
    default:
      return std::nullopt;
  }
}

// typed-time = 1*DIGIT [ "d" / "h" / "m" / "s" ]
std::optional<seconds> read_typed_time(std::string_view word) {
  if (word.empty()) return std::nullopt;
  std::int64_t unit = 1;
  if (const auto given = seconds_in(word.back())) {
    unit = *given;
    word.remove_suffix(1);
  }
  const auto number = read_number<std::uint64_t>(word);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!number || *number > kMost / static_cast<std::uint64_t>(unit)) return std::nullopt;
  return seconds(static_cast<std::int64_t>(*number) * unit);
}

std::optional<seconds> read_offset(std::string_view word) {
  const bool back = word.starts_with('-');
  const auto time = read_typed_time(word.substr(back ? 1 : 0));
  return back && time ? std::optional(-*time) : time;
}

}  // namespace

// t=<start-time> <stop-time>
Scanned<Timing> parse_timing(std::string_view value) {
  Words words(value);
  const auto start = read_number<std::uint64_t>(words.next());
  if (!start) return fault("expected a number as the start time", words.at());
  const auto stop = read_number<std::uint64_t>(words.next());
  if (!stop) return fault("expected a number as the stop time", words.at());
  if (!words.next().empty()) return fault("expected nothing after the stop time", words.at());
  return Timing{*start, *stop, {}, {}};
}

// r=<repeat interval> <active duration> <offsets from start-time>
Scanned<Repeat> parse_repeat(std::string_view value) {
  Words words(value);
  const auto interval = read_typed_time(words.next());
  if (!interval || interval->count() == 0) {
    return fault("expected a repeat interval above 0", words.at());
  }
  const auto duration = read_typed_time(words.next());
  if (!duration) return fault("expected an active duration", words.at());
  Repeat repeat{*interval, *duration, {}};
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    const auto offset = read_typed_time(word);
    if (!offset) return fault("expected an offset from the start time", words.at());
    repeat.offsets.push_back(*offset);
  }
  if (repeat.offsets.empty()) return fault("expected an offset from the start time", words.at());
  return repeat;
}

// z=<adjustment time> <offset> <adjustment time> <offset> ...
Scanned<std::vector<ZoneAdjustment>> parse_zones(std::string_view value) {
  Words words(value);
  std::vector<ZoneAdjustment> zones;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    const auto at = read_number<std::uint64_t>(word);
    if (!at) return fault("expected a number as the adjustment time", words.at());
    const auto offset = read_offset(words.next());
    if (!offset) return fault("expected an offset after the adjustment time", words.at());
    zones.push_back({*at, *offset});
  }
  if (zones.empty()) return fault("expected a number as the adjustment time", words.at());
  return zones;
}

std::string to_string(const Timing& timing) {
  return std::to_string(timing.start) + ' ' + std::to_string(timing.stop);
}

std::string to_string(const Repeat& repeat) {
  std::string text =
      std::to_string(repeat.interval.count()) + ' ' + std::to_string(repeat.duration.count());
  for (const seconds offset : repeat.offsets) text += ' ' + std::to_string(offset.count());
  return text;
}

std::string to_string(const std::vector<ZoneAdjustment>& zones) {
  std::string text;
  for (const ZoneAdjustment& zone : zones) {
    if (!text.empty()) text += ' ';
    text += std::to_string(zone.at) + ' ' + std::to_string(zone.offset.count());
  }
  return text;
}

}  // namespace godwit::sdp
