// SPDX-License-Identifier: Apache-2.0
#include "ua/handover_metrics.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/overloaded.h"

namespace godwit::ua {
namespace {

constexpr std::array<std::string_view, 5> kStages = {"refresh_sent", "refresh_answered",
                                                     "registered", "first_rtp_out", "first_rtp_in"};
constexpr std::array<std::string_view, 4> kOutcomes = {"recovered", "partly", "offline", "superseded"};
constexpr std::array<std::string_view, 4> kReasons = {"network_lost", "network_switch", "family_switch",
                                                      "app_request"};
constexpr std::array<std::string_view, 2> kDirections = {"in", "out"};

std::string shortest(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

double seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

std::string label_of(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + std::string(value) + '"';
}

void begin(std::string_view name, std::string_view type, std::string_view help, std::string& out) {
  out.append("# HELP ").append(name).append(1, ' ').append(help).append(1, '\n');
  out.append("# TYPE ").append(name).append(1, ' ').append(type).append(1, '\n');
}

void sample(std::string_view name, const std::string& labels, const std::string& value,
            std::string& out) {
  out.append(name);
  if (!labels.empty()) out.append(1, '{').append(labels).append(1, '}');
  out.append(1, ' ').append(value).append(1, '\n');
}

void counter(std::string_view name, std::string_view help, std::uint64_t value, std::string& out) {
  begin(name, "counter", help, out);
  sample(name, {}, std::to_string(value), out);
}

}  // namespace

void HandoverMetrics::Histogram::add(const std::optional<Duration>& time) {
  if (!time) return;
  ++count;
  sum += *time;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    if (seconds(*time) <= kBounds[i]) ++up_to[i];
  }
}

void HandoverMetrics::count(const Event& event) {
  std::visit(overloaded{[&](const Reconnected& call) { count_report(call.report); },
                        [&](const Dropped&) { ++dropped_; },
                        [&](const NetworkChangeFinished& change) {
                          ++changes_[static_cast<std::size_t>(change.outcome)];
                        },
                        [](const auto&) {}},
             event);
}

void HandoverMetrics::count_report(const HandoverReport& report) {
  ++handovers_[static_cast<std::size_t>(report.reason)];
  retries_ += static_cast<std::uint64_t>(std::max(report.retries, 0));
  lost_in_ += report.lost_in;
  stages_[0].add(report.refresh_sent);
  stages_[1].add(report.refresh_answered);
  stages_[2].add(report.registered);
  stages_[3].add(report.first_rtp_out);
  stages_[4].add(report.first_rtp_in);
  gaps_[0].add(report.gap_in);
  gaps_[1].add(report.gap_out);
}

void HandoverMetrics::write(const Histogram& histogram, std::string_view name,
                            const std::string& label, std::string& out) {
  const std::string base(name);
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    sample(base + "_bucket", label + ',' + label_of("le", shortest(kBounds[i])),
           std::to_string(histogram.up_to[i]), out);
  }
  const auto count = std::to_string(histogram.count);
  sample(base + "_bucket", label + ',' + label_of("le", "+Inf"), count, out);
  sample(base + "_sum", label, shortest(seconds(histogram.sum)), out);
  sample(base + "_count", label, count, out);
}

std::string HandoverMetrics::text() const {
  std::string out;
  constexpr std::string_view kChanges = "godwit_network_changes_total";
  begin(kChanges, "counter", "Network changes that called for something, by what they came to.", out);
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    sample(kChanges, label_of("outcome", kOutcomes[i]), std::to_string(changes_[i]), out);
  }
  constexpr std::string_view kHandovers = "godwit_handovers_total";
  begin(kHandovers, "counter", "Calls that were moved and are heard again, by reason.", out);
  for (std::size_t i = 0; i < handovers_.size(); ++i) {
    sample(kHandovers, label_of("reason", kReasons[i]), std::to_string(handovers_[i]), out);
  }
  counter("godwit_handovers_dropped_total", "Calls that could not be moved.", dropped_, out);
  counter("godwit_handover_retries_total", "Refreshes of calls sent beyond the first.", retries_, out);
  counter("godwit_handover_lost_packets_total", "RTP packets that never came in, of calls that moved.", lost_in_, out);
  constexpr std::string_view kStage = "godwit_handover_stage_seconds";
  begin(kStage, "histogram", "From the moment the change was noticed to each stage of a call's move.", out);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    write(stages_[i], kStage, label_of("stage", kStages[i]), out);
  }
  constexpr std::string_view kGap = "godwit_handover_gap_seconds";
  begin(kGap, "histogram", "Longest time between two RTP packets of a call that moved.", out);
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    write(gaps_[i], kGap, label_of("direction", kDirections[i]), out);
  }
  return out;
}

}  // namespace godwit::ua
