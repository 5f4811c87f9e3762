// SPDX-License-Identifier: Apache-2.0
#include "call_story.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/overloaded.h"
#include "quality_text.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

/// A call shorter than this proves nothing about its sound.
constexpr std::chrono::seconds kTimeToBeHeard{2};

std::string_view plural(std::size_t n) {
  return n == 1 ? "" : "s";
}

}  // namespace

void CallStory::on_event(const Event& event) {
  const auto is_mine = [this](const auto& e) { return e.call == call_; };
  std::visit(overloaded{
                 [&](const CallAnswered& e) {
                   if (is_mine(e)) answered_ = e;
                 },
                 [&](const MediaStarted& e) {
                   if (is_mine(e)) heard_ = true;
                 },
                 [&](const Reconnected& e) {
                   if (is_mine(e)) handovers_.push_back(e.report);
                 },
                 [&](const Dropped& e) {
                   if (is_mine(e)) dropped_ = e;
                 },
                 [&](const CallEnded& e) {
                   if (is_mine(e)) ended_ = e;
                 },
                 [](const auto&) {},
             },
             event);
}

Verdict CallStory::verdict() const {
  if (dropped_) {
    return {ExitCode::handover_failed,
            fmt::format("The call was lost with a network change: {}.", dropped_->reason),
            "-vv shows each step that was tried, --trace the messages."};
  }
  if (ended_ && !answered_) return verdict_on_unanswered(*ended_, target_);
  if (ended_ && !heard_ && ended_->duration >= kTimeToBeHeard) {
    return {ExitCode::media_failure, "The call was up, but nothing was heard of the peer.",
            "A firewall or NAT may hold back RTP, or the peer sends none."};
  }
  return {};
}

Duration CallStory::longest_gap() const {
  Duration longest{};
  for (const HandoverReport& report : handovers_) {
    longest = std::max({longest, report.gap_in, report.gap_out});
  }
  return longest;
}

std::string CallStory::survival() const {
  const std::size_t n = handovers_.size();
  return fmt::format("Survived {} network change{}, longest gap {:.0f} ms", n, plural(n),
                     milliseconds(longest_gap()));
}

std::string CallStory::to_text() const {
  if (!answered_) return {};
  const Duration duration = ended_ ? ended_->duration : Duration{};
  std::string text = fmt::format("Call with {}: {:.1f} s, {}\n", shown(answered_->remote),
                                 milliseconds(duration) / 1e3, shown(answered_->codec));
  text += fmt::format("Sent {} packets, heard {}, lost {}, jitter {:.1f} ms\n", info_.packets_sent,
                      info_.packets_received, info_.packets_lost, info_.jitter_ms);
  const std::string heard = quality_summary(quality_);
  if (!heard.empty()) text += heard + "\n";
  return text + survival();
}

Json CallStory::to_json() const {
  Json j;
  j["call"] = call_.value;
  j["target"] = target_;
  j["answered"] = answered();
  j["heard"] = heard_;
  if (ended_) {
    j["ended_by"] = to_string(ended_->who);
    j["status"] = ended_->status;
    j["reason"] = ended_->reason;
    j["duration_ms"] = milliseconds(ended_->duration);
  }
  j["media"] = cli::to_json(info_);
  j["quality"] = cli::to_json(quality_);
  j["network_changes"] = handovers_.size();
  j["longest_gap_ms"] = milliseconds(longest_gap());
  j["handovers"] = Json::array();
  for (const HandoverReport& report : handovers_) j["handovers"].push_back(cli::to_json(report));
  return j;
}

}  // namespace godwit::cli
