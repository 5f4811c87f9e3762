// SPDX-License-Identifier: Apache-2.0
#include "lab/capture_notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <ctime>
#include <optional>
#include <string>

#include "lab/clock.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

/// "2026-11-22T23:12:22.407776Z" as CLOCK_REALTIME has it.
std::optional<std::int64_t> wall_time_of(const json& event) {
  const std::string text = event.value("time", "");
  std::tm day{};
  int micros = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ", &day.tm_year, &day.tm_mon,
                  &day.tm_mday, &day.tm_hour, &day.tm_min, &day.tm_sec, &micros) != 7) {
    return std::nullopt;
  }
  day.tm_year -= 1900;
  day.tm_mon -= 1;
  return static_cast<std::int64_t>(::timegm(&day)) * kNsPerSecond + std::int64_t{micros} * 1000;
}

std::string number_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? "?" : found->dump();
}

std::string reasons_in(const json& event) {
  const auto found = event.find("reasons");
  if (found == event.end() || !found->is_array()) return {};
  std::vector<std::string> reasons;
  for (const json& reason : *found) {
    reasons.push_back(reason.is_string() ? reason.get<std::string>() : reason.dump());
  }
  return fmt::format("{}", fmt::join(reasons, ", "));
}

/// Empty for what is of no change.
std::string sentence_of(const json& event) {
  const std::string type = event.value("type", "");
  if (type == "net.change.started") {
    return fmt::format("change {}: {}", number_in(event, "change"), reasons_in(event));
  }
  if (type == "net.change.finished") {
    return fmt::format("change {}: {} after {} ms", number_in(event, "change"),
                       event.value("outcome", "?"), number_in(event, "took_ms"));
  }
  if (type == "call.handover.begin") {
    return fmt::format("change {}: call {} begins to move ({})", number_in(event, "change"),
                       number_in(event, "call"), event.value("reason", "?"));
  }
  if (type == "call.handover.done" && event.contains("report")) {
    const json& report = event["report"];
    return fmt::format("change {}: call {} has moved, {} to {}", number_in(report, "change"),
                       number_in(event, "call"), report.value("from", "?"),
                       report.value("to", "?"));
  }
  return {};
}

}  // namespace

std::vector<CaptureNote> capture_notes(const std::vector<json>& events) {
  std::vector<CaptureNote> notes;
  for (const json& event : events) {
    const auto time = wall_time_of(event);
    const std::string sentence = sentence_of(event);
    if (time && !sentence.empty()) notes.push_back({*time, "godwit: " + sentence});
  }
  return notes;
}

}  // namespace godwit::lab
