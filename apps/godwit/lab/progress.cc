// SPDX-License-Identifier: Apache-2.0
#include "lab/progress.h"

#include <fmt/format.h>

#include <cstdio>

#include "lab/clock.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

double now_ms() {
  return static_cast<double>(read_clock(CLOCK_MONOTONIC)) / kNsPerMs;
}

std::string text_of(const json& event, const char* name) {
  const auto found = event.find(name);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string step_in_words(const json& event) {
  const std::string kind = text_of(event, "kind");
  const std::string status = text_of(event, "status");
  if (status == "failed") return kind + " failed: " + text_of(event, "detail");
  if (status != "done") return {};
  if (kind == "refresh_target") return "refreshed: the peer knows the new address";
  if (kind == "register") return "registered again";
  return {};
}

std::string done_in_words(const json& event) {
  const auto report = event.find("report");
  if (report == event.end()) return "talking again";
  const auto gap = report->find("gap_in_ms");
  if (gap == report->end() || !gap->is_number()) return "talking again";
  return fmt::format("talking again; the peer was silent for {:.0f} ms", gap->get<double>());
}

}  // namespace

std::string in_words(const json& event) {
  const std::string type = text_of(event, "type");
  if (type == "call.ringing") return "ringing";
  if (type == "call.answered") return "answered, " + text_of(event, "codec");
  if (type == "call.media") return "talking";
  if (type == "reg.failed") return "registration failed: " + text_of(event, "reason");
  if (type == "net.change.started") return "noticed";
  if (type == "net.change.step") return step_in_words(event);
  if (type == "call.handover.done") return done_in_words(event);
  if (type == "call.handover.failed")
    return "the call could not be moved: " + text_of(event, "reason");
  if (type == "call.ended") return "call ended: " + text_of(event, "reason");
  return {};
}

void Progress::restart(const std::string& title) {
  const std::lock_guard lock(mutex_);
  started_ms_ = now_ms();
  if (voice_ == Voice::silent) return;
  fmt::print(stderr, fmt::runtime(colour_ == Colour::yes ? "\x1b[1m{}\x1b[0m\n" : "{}\n"), title);
}

void Progress::say(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (voice_ == Voice::silent) return;
  const char* const form =
      colour_ == Colour::yes ? "\x1b[2m{:8.3f} s\x1b[0m  {}\n" : "{:8.3f} s  {}\n";
  fmt::print(stderr, fmt::runtime(form), (now_ms() - started_ms_) / 1000, text);
}

void Progress::tell(const json& event) {
  const std::string text = in_words(event);
  // What follows from one change is told once: the kernel's messages come in more than one piece.
  if (text.empty() || text == last_told_) return;
  last_told_ = text;
  say("  A: " + text);
}

}  // namespace godwit::lab
