// SPDX-License-Identifier: Apache-2.0
// The part of the script runner that turns one command into what the library does.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "event_shapes.h"
#include "play_source.h"
#include "script_runner.h"

namespace godwit::cli {
namespace {

constexpr double kLargestWhole = 1e9;

/// A whole number of a field, or `otherwise` without the field.
int whole(const ScriptCommand& command, const std::string& field, int otherwise) {
  if (!command.has(field)) return otherwise;
  return static_cast<int>(
      std::lround(std::clamp(command.number(field), -kLargestWhole, kLargestWhole)));
}

std::uint64_t identifier(const ScriptCommand& command, const std::string& field) {
  return static_cast<std::uint64_t>(std::max(0, whole(command, field, 0)));
}

Result<Json> nothing_more(const Result<void>& done) {
  if (!done) return tl::unexpected(done.error());
  return Json::object();
}

Result<PlaySource> source_of(const ScriptCommand& command, const std::string& field) {
  auto source = parse_play_source(command.text(field));
  if (source) source->loop = command.truth("loop");
  return source;
}

Result<DtmfMethod> dtmf_method(const std::string& name) {
  if (name.empty() || name == "rtp_event") return DtmfMethod::rtp_event;
  if (name == "info") return DtmfMethod::info;
  if (name == "in_band") return DtmfMethod::in_band;
  return fail(Errc::invalid_argument,
              fmt::format("method {}: rtp_event, info or in_band wanted", name));
}

Result<RecordOptions::Tracks> tracks_named(const std::string& name) {
  if (name.empty() || name == "mixed") return RecordOptions::Tracks::mixed;
  if (name == "heard") return RecordOptions::Tracks::heard;
  if (name == "stereo") return RecordOptions::Tracks::stereo;
  return fail(Errc::invalid_argument,
              fmt::format("tracks {}: heard, mixed or stereo wanted", name));
}

std::string as_name(const Json& name) {
  return name.is_string() ? name.get<std::string>() : write(name);
}

MessageBody body_of(const ScriptCommand& command) {
  MessageBody body;
  body.text = command.text("text");
  if (command.has("content_type")) body.content_type = command.text("content_type");
  return body;
}

/// Commands for a caller who waits mean him, if there is only one.
bool is_for_incoming(const std::string& does) {
  return does == "answer" || does == "decline" || does == "progress" || does == "redirect";
}

}  // namespace

CallId ScriptRunner::number_named(const Json& name) const {
  const auto it = names_.find(as_name(name));
  if (it != names_.end()) return it->second;
  return name.is_number_unsigned() ? CallId{name.get<std::uint64_t>()} : CallId{};
}

Result<CallId> ScriptRunner::call_named(const Json& name) const {
  const CallId id = number_named(name);
  if (desk_.find(id) == nullptr) {
    return fail(Errc::no_such_call, fmt::format("there is no call {}", as_name(name)));
  }
  return id;
}

Result<CallId> ScriptRunner::call_waited_for(const Json& name) const {
  const CallId id = number_named(name);
  const bool told = std::any_of(events_.begin(), events_.end(), [id](const Json& event) {
    return field_of(event, "call") == id.value;
  });
  return told ? id : call_named(name);
}

Result<Call> ScriptRunner::call_of(const ScriptCommand& command) {
  if (command.has("call")) {
    return call_named(command.fields["call"]).map([this](CallId id) {
      return session_.agent().call(id);
    });
  }
  if (is_for_incoming(command.does)) {
    const CallId ringing = desk_.ringing();
    if (ringing) return session_.agent().call(ringing);
    return fail(Errc::no_such_call, "nobody calls");
  }
  const std::vector<CallId> alive = desk_.alive();
  if (alive.size() == 1) return session_.agent().call(alive.front());
  return fail(Errc::no_such_call, alive.empty()
                                      ? "there is no call"
                                      : "there are several calls: name one with \"call\"");
}

void ScriptRunner::remember(const ScriptCommand& command, CallId call) {
  if (!command.id.is_null()) names_[as_name(command.id)] = call;
}

Result<CallOptions> ScriptRunner::call_options(const ScriptCommand& command) const {
  CallOptions options = desk_.options();
  if (command.has("play")) {
    const auto source = source_of(command, "play");
    if (!source) return tl::unexpected(source.error());
    options.play = *source;
  }
  if (command.has("record")) options.record_file = command.text("record");
  if (command.has("timeout")) {
    options.answer_timeout = std::chrono::seconds(whole(command, "timeout", 0));
  }
  if (command.truth("anonymous")) options.privacy = Privacy::anonymous;
  return options;
}

ScriptRunner::Outcome ScriptRunner::execute(const ScriptCommand& command) {
  const std::string& does = command.does;
  if (does == "dial") return dial(command);
  if (does == "answer") return answer(command);
  if (does == "subscribe") return subscribe(command);
  if (does == "conference") return conference(command);
  if (does == "show") return show(command);
  if (does == "quit") return Json::object();
  if (does == "message" && command.has("target")) return message(command);
  if (does == "unsubscribe") {
    return nothing_more(account_.account().unsubscribe({identifier(command, "subscription")}));
  }
  if (does == "close_conference") {
    return nothing_more(session_.agent().close_conference({identifier(command, "conference")}));
  }
  const auto call = call_of(command);
  if (!call) return tl::unexpected(call.error());
  auto outcome = execute_on_call(command, *call);
  if (outcome) (*outcome)["call"] = call->id().value;
  return outcome;
}

ScriptRunner::Outcome ScriptRunner::execute_on_call(const ScriptCommand& command, Call call) {
  constexpr int kBusyHere = 486;
  constexpr int kSessionProgress = 183;
  const std::string& does = command.does;
  if (does == "hang_up") return nothing_more(call.hang_up());
  if (does == "hold") return nothing_more(call.hold());
  if (does == "resume") return nothing_more(call.resume());
  if (does == "mute") return nothing_more(call.mute());
  if (does == "unmute") return nothing_more(call.unmute());
  if (does == "leave") return nothing_more(call.join({}));
  if (does == "stop_recording") return nothing_more(call.stop_recording());
  if (does == "transfer") return nothing_more(call.transfer(command.text("target")));
  if (does == "digits") return digits(command, call);
  if (does == "record") return record(command, call);
  if (does == "decline") return nothing_more(call.decline(whole(command, "status", kBusyHere)));
  if (does == "redirect") {
    return nothing_more(call.redirect(command.fields["targets"].get<std::vector<std::string>>()));
  }
  if (does == "transfer_to") {
    const auto other = call_named(command.fields["other"]);
    if (!other) return tl::unexpected(other.error());
    return nothing_more(call.transfer_to(session_.agent().call(*other)));
  }
  if (does == "play") {
    const auto source = source_of(command, "what");
    if (!source) return tl::unexpected(source.error());
    return nothing_more(call.play(*source));
  }
  if (does == "progress") {
    const auto options = call_options(command);
    if (!options) return tl::unexpected(options.error());
    return nothing_more(call.send_progress(whole(command, "status", kSessionProgress), *options));
  }
  const auto sent =
      does == "info" ? call.send_info(body_of(command)) : call.send_message(body_of(command));
  if (!sent) return tl::unexpected(sent.error());
  return Json{{"message", sent->value}};
}

ScriptRunner::Outcome ScriptRunner::dial(const ScriptCommand& command) {
  const auto options = call_options(command);
  if (!options) return tl::unexpected(options.error());
  const auto call = desk_.dial(command.text("target"), *options);
  if (!call) return tl::unexpected(call.error());
  remember(command, call->id());
  return Json{{"call", call->id().value}};
}

ScriptRunner::Outcome ScriptRunner::answer(const ScriptCommand& command) {
  const auto call = call_of(command);
  if (!call) return tl::unexpected(call.error());
  const auto options = call_options(command);
  if (!options) return tl::unexpected(options.error());
  if (auto answered = desk_.answer(call->id(), *options); !answered) {
    return tl::unexpected(answered.error());
  }
  remember(command, call->id());
  return Json{{"call", call->id().value}};
}

ScriptRunner::Outcome ScriptRunner::digits(const ScriptCommand& command, Call call) {
  constexpr int kUsualLength = 100;  // ms
  const auto method = dtmf_method(command.text("method"));
  if (!method) return tl::unexpected(method.error());
  const std::chrono::milliseconds each(whole(command, "ms", kUsualLength));
  return nothing_more(call.send_dtmf(command.text("digits"), each, *method));
}

ScriptRunner::Outcome ScriptRunner::record(const ScriptCommand& command, Call call) {
  const auto tracks = tracks_named(command.text("tracks"));
  if (!tracks) return tl::unexpected(tracks.error());
  return nothing_more(call.start_recording({command.text("file"), *tracks}));
}

ScriptRunner::Outcome ScriptRunner::message(const ScriptCommand& command) {
  if (command.has("call")) {
    return fail(Errc::invalid_argument, "message goes to a \"target\" or in a \"call\", not both");
  }
  const auto sent = account_.account().send_message(command.text("target"), body_of(command));
  if (!sent) return tl::unexpected(sent.error());
  return Json{{"message", sent->value}};
}

ScriptRunner::Outcome ScriptRunner::subscribe(const ScriptCommand& command) {
  constexpr int kUsualLifetime = 3600;
  const std::chrono::seconds expires(whole(command, "expires", kUsualLifetime));
  const auto subscription =
      account_.account().subscribe(command.text("target"), command.text("package"), expires);
  if (!subscription) return tl::unexpected(subscription.error());
  return Json{{"subscription", subscription->value}};
}

ScriptRunner::Outcome ScriptRunner::conference(const ScriptCommand& command) {
  std::vector<CallId> members;
  for (const Json& name : command.fields["calls"]) {
    const auto call = call_named(name);
    if (!call) return tl::unexpected(call.error());
    members.push_back(*call);
  }
  const bool is_new = !command.has("conference");
  const ConferenceId id =
      is_new ? session_.agent().open_conference() : ConferenceId{identifier(command, "conference")};
  for (const CallId member : members) {
    if (auto joined = session_.agent().call(member).join(id); !joined) {
      // A new one that did not come about leaves nothing behind.
      if (is_new) static_cast<void>(session_.agent().close_conference(id));
      return tl::unexpected(joined.error());
    }
  }
  return Json{{"conference", id.value}};
}

ScriptRunner::Outcome ScriptRunner::show(const ScriptCommand& command) {
  desk_.look();
  Json calls = Json::array();
  for (const DeskCall& one : desk_.calls()) {
    if (command.has("call")) {
      const auto wanted = call_named(command.fields["call"]);
      if (!wanted) return tl::unexpected(wanted.error());
      if (one.story.call() != *wanted) continue;
    } else if (one.story.ended()) {
      continue;
    }
    Json call = {{"call", one.story.call().value}};
    call.update(to_json(one.info));
    if (one.story.ended()) call["state"] = to_string(CallState::ended);
    calls.push_back(std::move(call));
  }
  return Json{{"calls", calls}};
}

}  // namespace godwit::cli
