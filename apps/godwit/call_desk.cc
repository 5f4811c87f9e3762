// SPDX-License-Identifier: Apache-2.0
#include "call_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/overloaded.h"
#include "event_shapes.h"
#include "quality_text.h"
#include "shown_text.h"
#include "sound_settings.h"

namespace godwit::cli {
namespace {

DeskCall make_call(CallId id, const std::string& peer) {
  return {CallStory(id, peer), peer, false, true, false, {}, std::chrono::system_clock::now(), {}};
}

double number_in(const Json& json, std::string_view path) {
  const Json value = field_of(json, path);
  return value.is_number() ? value.get<double>() : 0;
}

std::string minutes_and_seconds(std::chrono::steady_clock::duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  return fmt::format("{:02}:{:02}", seconds / 60, seconds % 60);
}

std::string one_call(const DeskCall& call, std::chrono::steady_clock::time_point now) {
  const CallInfo& info = call.info;
  std::string text = fmt::format("call {} {}", call.story.call().value, to_string(info.state));
  if (call.story.answered()) text += " " + minutes_and_seconds(now - call.answered_at);
  text += "  " + shown(call.peer);
  if (!info.codec.empty()) text += "  " + shown(info.codec);
  for (const auto& [is, word] : {std::pair(info.held_by_us, "on hold"),
                                 {info.held_by_peer, "held by the peer"},
                                 {info.muted, "muted"},
                                 {info.recording, "recording"},
                                 {static_cast<bool>(info.conference), "in conference"}}) {
    if (is) text += fmt::format("  {}", word);
  }
  if (const std::string heard = quality_now(call.quality); !heard.empty()) text += "  " + heard;
  return text;
}

}  // namespace

CallDesk::CallDesk(AgentSession& session, AccountSession& account, CallOptions options,
                   HistoryFile history)
    : session_(session),
      account_(account),
      options_(std::move(options)),
      history_(std::move(history)) {}

Result<Call> CallDesk::dial(const std::string& target, CallOptions options, bool counts) {
  const std::string record = options.record_file;
  options.record_file = own_recording(record);
  auto call = account_.account().dial(target, options);
  if (!call) return call;
  calls_.push_back(make_call(call->id(), target));
  calls_.back().counts = counts;
  calls_.back().record = record;
  chosen_ = call->id();
  return call;
}

Result<void> CallDesk::answer(CallId id, CallOptions options) {
  DeskCall* call = known(id);
  if (call == nullptr) return fail(Errc::no_such_call, "there is no such call");
  call->record = options.record_file;
  options.record_file = own_recording(options.record_file);
  auto answered = session_.agent().call(id).answer(options);
  if (!answered) return answered;
  call->ours = true;
  chosen_ = id;
  return {};
}

std::string CallDesk::own_recording(const std::string& file) {
  return recording_name(file, ++recorded_[file]);
}

void CallDesk::on_event(const Event& event) {
  for (DeskCall& call : calls_) call.story.on_event(event);
  std::visit(overloaded{
                 [this](const IncomingCall& e) { add_incoming(e); },
                 [this](const TransferRequested& e) { add_transferred(e); },
                 [this](const CallAnswered& e) {
                   if (DeskCall* call = known(e.call)) {
                     call->answered_at = std::chrono::steady_clock::now();
                     if (call->continues) continue_recording(*call);
                   }
                 },
                 [this](const CallEnded& e) {
                   if (DeskCall* call = known(e.call)) when_ended(*call, e);
                 },
                 [](const auto&) {},
             },
             event);
}

void CallDesk::add_incoming(const IncomingCall& event) {
  const DeskCall* old = known(event.replaces);
  const std::string record = old != nullptr ? old->record : "";
  calls_.push_back(make_call(event.call, event.from));
  DeskCall& call = calls_.back();
  call.incoming = true;
  // Who takes the place of a call of ours is answered already (RFC 3891 §3).
  call.ours = call.continues = static_cast<bool>(event.replaces);
  call.record = record;
}

/// The peer has us call somebody else: the new call takes the old one's part.
void CallDesk::add_transferred(const TransferRequested& event) {
  if (!event.new_call) return;
  const DeskCall* old = known(event.call);
  const bool counts = old != nullptr && old->counts;
  const std::string record = old != nullptr ? old->record : "";
  calls_.push_back(make_call(event.new_call, event.target));
  calls_.back().counts = counts;
  calls_.back().record = record;
  calls_.back().continues = true;
  chosen_ = event.new_call;
}

/// Who records a conversation means all of it; the old call's file is still written.
void CallDesk::continue_recording(const DeskCall& call) {
  if (call.record.empty()) return;
  const RecordOptions options{own_recording(call.record), RecordOptions::Tracks::heard};
  if (auto begun = session_.agent().call(call.story.call()).start_recording(options); !begun) {
    session_.output().problem(verdict_on(begun.error(), "The call is not recorded"));
  }
}

void CallDesk::when_ended(DeskCall& call, const CallEnded& event) {
  const Json story = call.story.to_json();
  figures_ = worse_of(figures_, story);
  HistoryEntry entry;
  entry.began = call.began;
  entry.incoming = call.incoming;
  entry.account = identity_;
  entry.peer = call.peer;
  entry.answered = call.story.answered();
  entry.end = event;
  entry.network_changes = static_cast<std::size_t>(number_in(story, "network_changes"));
  if (auto added = history_.add(entry); !added) {
    session_.output().problem(verdict_on(added.error(), "The call is not remembered"));
    history_ = HistoryFile("");  // told once
  }
}

void CallDesk::look() {
  for (DeskCall& call : calls_) {
    auto info = session_.agent().call(call.story.call()).info();
    if (!info) continue;
    call.story.on_info(*info);
    if (const auto quality = session_.agent().call(call.story.call()).quality()) {
      call.quality = *quality;
      call.story.on_quality(*quality);
    }
    call.info = std::move(*info);
  }
}

DeskCall* CallDesk::known(CallId id) {
  const auto it = std::find_if(calls_.begin(), calls_.end(),
                               [id](const DeskCall& call) { return call.story.call() == id; });
  return it == calls_.end() ? nullptr : &*it;
}

const DeskCall* CallDesk::find(CallId id) const {
  return const_cast<CallDesk*>(this)->known(id);
}

std::vector<CallId> CallDesk::alive() const {
  std::vector<CallId> ids;
  for (const DeskCall& call : calls_) {
    if (!call.story.ended()) ids.push_back(call.story.call());
  }
  return ids;
}

bool CallDesk::is_busy() const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [](const DeskCall& call) { return call.ours && !call.story.ended(); });
}

CallId CallDesk::ringing() const {
  for (const DeskCall& call : calls_) {
    if (call.incoming && !call.ours && !call.story.ended()) return call.story.call();
  }
  return {};
}

CallId CallDesk::current() const {
  const DeskCall* chosen = find(chosen_);
  if (chosen != nullptr && !chosen->story.ended()) return chosen_;
  const std::vector<CallId> ids = alive();
  return ids.empty() ? CallId{} : ids.back();
}

void CallDesk::choose_next() {
  const std::vector<CallId> ids = alive();
  if (ids.empty()) return;
  const auto it = std::find(ids.begin(), ids.end(), current());
  chosen_ = it == ids.end() || std::next(it) == ids.end() ? ids.front() : *std::next(it);
}

Verdict CallDesk::verdict() const {
  for (const DeskCall& call : calls_) {
    if (!call.counts) continue;
    Verdict verdict = call.story.verdict();
    if (verdict.code != ExitCode::success) return verdict;
  }
  return {};
}

void CallDesk::tidy() {
  const auto has_ended = [](const DeskCall& call) { return call.story.ended(); };
  while (calls_.size() > 1) {
    const auto it = std::find_if(calls_.begin(), std::prev(calls_.end()), has_ended);
    if (it == std::prev(calls_.end())) return;
    calls_.erase(it);
  }
}

CallFigures worse_of(CallFigures worst, const Json& story) {
  if (field_of(story, "answered") != true) return worst;
  const double lost = number_in(story, "media.packets_lost");
  const double sent = lost + number_in(story, "media.packets_received");
  const double mos = number_in(story, "quality.mos");
  worst.mos = worst.answered == 0 ? mos : std::min(worst.mos, mos);
  worst.answered += 1;
  worst.rtt_ms = std::max(worst.rtt_ms, number_in(story, "quality.now.round_trip_ms"));
  worst.gap_ms = std::max(worst.gap_ms, number_in(story, "longest_gap_ms"));
  worst.loss = std::max(worst.loss, sent > 0 ? 100 * lost / sent : 0);
  worst.jitter_ms = std::max(worst.jitter_ms, number_in(story, "media.jitter_ms"));
  worst.duration_s = std::max(worst.duration_s, number_in(story, "duration_ms") / 1e3);
  worst.handovers = std::max(worst.handovers, number_in(story, "network_changes"));
  return worst;
}

std::string status_line(const CallDesk& desk, std::chrono::steady_clock::time_point now) {
  const DeskCall* call = desk.find(desk.current());
  if (call == nullptr) return "no call";
  std::string text = one_call(*call, now);
  const std::size_t n = desk.alive().size();
  if (n > 1) text += fmt::format("  ({} calls)", n);
  return text;
}

}  // namespace godwit::cli
