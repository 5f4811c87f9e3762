// SPDX-License-Identifier: Apache-2.0
#include "lab/own_word.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr double kToleranceMs = 5;
constexpr double kTolerancePackets = 1;
// The kernel tells of a change while the request for it is still running.
constexpr std::int64_t kEarly = kNsPerMs;

std::optional<double> number(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::int64_t mono_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

bool during(std::int64_t mono_ns, const ChangeMark& change) {
  const std::int64_t end = change.t0.mono_ns + (change.end_wall_ns - change.t0.wall_ns);
  return mono_ns >= change.begun.mono_ns - kEarly && mono_ns < end;
}

double after_t0(std::int64_t mono_ns, const ChangeMark& change) {
  return static_cast<double>(mono_ns - change.t0.mono_ns) / kNsPerMs;
}

bool differ(std::optional<double> captured, std::optional<double> told, double tolerance) {
  if (!captured || !told) return captured.has_value() != told.has_value();
  return std::abs(*captured - *told) > tolerance;
}

}  // namespace

OwnWord own_word(const std::vector<json>& events, const ChangeMark& change) {
  OwnWord word;
  for (const json& event : events) {
    const std::string type = event.value("type", "");
    if (type == "call.handover.done" && event.contains("report")) {
      const std::int64_t noticed = mono_of(event["report"], "noticed_mono_ns");
      if (!during(noticed, change)) continue;
      word.report = event["report"];
      word.told_mono_ns = mono_of(event, "mono_ns");
      word.noticed_ms = after_t0(noticed, change);
    } else if (type == "call.handover.begin" && word.began_mono_ns == 0) {
      const std::int64_t began = mono_of(event, "mono_ns");
      if (during(began, change)) word.began_mono_ns = began;
    } else if (type == "net.change.started" && !word.report) {
      const std::int64_t noticed = mono_of(event, "mono_ns");
      const bool first =
          !word.noticed_ms || *word.noticed_ms < -static_cast<double>(kEarly) / kNsPerMs;
      if (during(noticed, change) && first) word.noticed_ms = after_t0(noticed, change);
    }
  }
  return word;
}

Stretch stretch_of(const OwnWord& word, const ChangeMark& change) {
  const auto wall = [&](std::int64_t mono_ns) {
    return change.t0.wall_ns + (mono_ns - change.t0.mono_ns);
  };
  return {word.began_mono_ns == 0 ? change.begun.wall_ns : wall(word.began_mono_ns),
          word.told_mono_ns == 0 ? change.end_wall_ns : wall(word.told_mono_ns)};
}

std::vector<Disagreement> compare(const OwnWord& word, const ChangeFigures& figures,
                                  const Shown& shown) {
  if (!word.report || !word.noticed_ms) return {};
  std::vector<Disagreement> all;
  const std::array<std::pair<const char*, std::optional<double>>, 5> moments = {{
      {"refresh_sent_ms", figures.refresh_sent_ms},
      // Dialled anew, the call was moved by the answer to that.
      {"refresh_answered_ms",
       figures.redials > 0 ? figures.redial_answered_ms : figures.refresh_answered_ms},
      {"registered_ms", figures.registered_ms},
      {"first_rtp_out_ms", figures.first_rtp_out_ms},
      {"first_rtp_in_ms", figures.first_rtp_in_ms},
  }};
  for (const auto& [name, captured] : moments) {
    std::optional<double> told = number(*word.report, name);
    if (told) *told += *word.noticed_ms;  // the report counts from noticing
    if (differ(captured, told, kToleranceMs)) all.push_back({name, captured, told});
  }
  const auto gap_out = number(*word.report, "gap_out_ms");
  const auto gap_in = number(*word.report, "gap_in_ms");
  if (differ(shown.sent_ms, gap_out, kToleranceMs)) {
    all.push_back({"gap_out_ms", shown.sent_ms, gap_out});
  }
  if (differ(shown.received_ms, gap_in, kToleranceMs) &&
      differ(shown.received_late_ms, gap_in, kToleranceMs)) {
    all.push_back({"gap_in_ms", shown.received_ms, gap_in});
  }
  // A call dialled anew has another stream: its sequence numbers tell nothing of the old one's.
  if (figures.redials > 0) return all;
  const auto lost_in = number(*word.report, "lost_in");
  if (differ(shown.lost_in, lost_in, kTolerancePackets)) {
    all.push_back({"lost_in", shown.lost_in, lost_in});
  }
  return all;
}

}  // namespace godwit::lab
