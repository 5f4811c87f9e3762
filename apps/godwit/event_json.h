// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "godwit/call.h"
#include "godwit/event.h"

namespace godwit::cli {

/// Keys stay in the order in which they were written: the envelope first.
using Json = nlohmann::ordered_json;

/// Version of the stream's shape, in every line as "v". Fields are added, never renamed.
inline constexpr int kJsonVersion = 1;

/// A line's envelope: {"v":1,"time":"2026-01-02T03:04:05.678901Z","mono_ns":…,"type":…}.
[[nodiscard]] Json envelope(const EventTime& time, std::string_view type);
/// One event with its envelope (docs/events.md).
[[nodiscard]] Json to_json(const Event& event, const EventTime& time);
[[nodiscard]] Json to_json(const HandoverReport& report);
[[nodiscard]] Json to_json(const CallInfo& info);
[[nodiscard]] Json to_json(const std::vector<Binding>& bindings);

/// As text that no terminal misreads: ASCII only, broken UTF-8 replaced.
[[nodiscard]] std::string write(const Json& json, int indent = -1);

/// RFC 3339 in UTC, with microseconds.
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time);
[[nodiscard]] double milliseconds(Duration duration);
[[nodiscard]] Json milliseconds_or_null(const std::optional<Duration>& duration);
[[nodiscard]] EventTime event_time_now();

}  // namespace godwit::cli
