// SPDX-License-Identifier: Apache-2.0
#include "event_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/overloaded.h"
#include "quality_text.h"

namespace godwit::cli {
namespace {

void add(Json& j, const RegistrationChanged& e) {
  j["account"] = e.account.value;
  j["state"] = to_string(e.state);
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["contact"] = e.contact;
  j["expires"] = e.expires.count();
  j["who"] = to_string(e.who);
  j["retry_ms"] = milliseconds_or_null(e.retry_in);
  j["others"] = to_json(e.others);
  j["public_gruu"] = e.public_gruu;
  j["temporary_gruu"] = e.temporary_gruu;
  j["registrar"] = e.registrar;
}

void add(Json& j, const StandbyChanged& e) {
  add(j, e.registration);
  j["uplink"] = e.uplink;
}

void add(Json& j, const IncomingCall& e) {
  j["account"] = e.account.value;
  j["call"] = e.call.value;
  j["from"] = e.from;
  j["to"] = e.to;
  j["asserted_identity"] = e.asserted_identity;
  j["diversion"] = e.diversion;
  j["history"] = e.history;
  j["subject"] = e.subject;
  j["replaces"] = e.replaces.value;
  j["joins"] = e.joins.value;
}

void add(Json& j, const CallRinging& e) {
  j["call"] = e.call.value;
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["early_media"] = e.early_media;
}

void add(Json& j, const CallAnswered& e) {
  j["call"] = e.call.value;
  j["remote"] = e.remote;
  j["codec"] = e.codec;
  j["media_local"] = e.media_local;
  j["media_remote"] = e.media_remote;
  j["protection"] = e.protection;
}

void add(Json& j, const MediaStarted& e) {
  j["call"] = e.call.value;
}

void add(Json& j, const CallEnded& e) {
  j["call"] = e.call.value;
  j["who"] = to_string(e.who);
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["duration_ms"] = milliseconds(e.duration);
}

void add(Json& j, const DtmfReceived& e) {
  j["call"] = e.call.value;
  j["digit"] = std::string(1, e.digit);
  j["duration_ms"] = e.duration.count();
}

void add(Json& j, const CallHoldChanged& e) {
  j["call"] = e.call.value;
  j["by_us"] = e.by_us;
  j["by_peer"] = e.by_peer;
}

void add(Json& j, const PlaybackEnded& e) {
  j["call"] = e.call.value;
}

void add(Json& j, const DeviceChanged& e) {
  j["call"] = e.call.value;
  j["works"] = e.works;
  j["capture"] = e.capture;
  j["playback"] = e.playback;
  j["reason"] = e.reason;
}

void add(Json& j, const MediaQuality& e) {
  j["call"] = e.call.value;
  j.update(to_json(e.quality));
}

void add(Json& j, const QualityChanged& e) {
  j["call"] = e.call.value;
  j["measure"] = to_string(e.measure);
  j["value"] = e.value;
  j["limit"] = e.limit;
}

void add(Json& j, const CallRedirected& e) {
  j["call"] = e.call.value;
  j["status"] = e.status;
  j["target"] = e.target;
}

void add(Json& j, const TransferRequested& e) {
  j["call"] = e.call.value;
  j["target"] = e.target;
  j["referred_by"] = e.referred_by;
  j["new_call"] = e.new_call.value;
}

void add(Json& j, const TransferProgress& e) {
  j["call"] = e.call.value;
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["final"] = e.final;
}

void add(Json& j, const CallReplaced& e) {
  j["call"] = e.call.value;
  j["by"] = e.by.value;
}

void add(Json& j, const MessageBody& body) {
  j["content_type"] = body.content_type;
  j["text"] = body.text;
}

void add(Json& j, const MessageReceived& e) {
  j["account"] = e.account.value;
  j["call"] = e.call.value;
  j["from"] = e.from;
  add(j, e.body);
}

void add(Json& j, const InfoReceived& e) {
  j["call"] = e.call.value;
  add(j, e.body);
}

void add(Json& j, const MessageAnswered& e) {
  j["message"] = e.message.value;
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["who"] = to_string(e.who);
}

void add(Json& j, const SubscriptionChanged& e) {
  j["subscription"] = e.subscription.value;
  j["state"] = to_string(e.state);
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["expires"] = e.expires.count();
}

void add(Json& j, const NotificationReceived& e) {
  j["subscription"] = e.subscription.value;
  j["package"] = e.package;
  add(j, e.body);
}

void add(Json& j, const MessagesWaiting& e) {
  j["account"] = e.account.value;
  j["waiting"] = e.waiting;
  j["new_voice"] = e.new_voice;
  j["old_voice"] = e.old_voice;
}

void add(Json& j, const OptionsAnswered& e) {
  j["query"] = e.query.value;
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["who"] = to_string(e.who);
  j["round_trip_ms"] = milliseconds(e.round_trip);
  j["remote"] = e.remote;
  j["allow"] = e.allow;
  j["server"] = e.server;
}

void add(Json& j, const BindingsAnswered& e) {
  j["query"] = e.query.value;
  j["account"] = e.account.value;
  j["status"] = e.status;
  j["reason"] = e.reason;
  j["who"] = to_string(e.who);
  j["bindings"] = to_json(e.bindings);
}

void add(Json& j, const NetworkChangeStarted& e) {
  j["change"] = e.change.value;
  j["reasons"] = e.reasons;
}

void add(Json& j, const NetworkChangeStep& e) {
  j["change"] = e.change.value;
  j["kind"] = e.kind;
  j["subject"] = e.subject;
  j["attempt"] = e.attempt;
  j["status"] = to_string(e.status);
  j["detail"] = e.detail;
}

void add(Json& j, const NetworkChangeFinished& e) {
  j["change"] = e.change.value;
  j["outcome"] = to_string(e.outcome);
  j["took_ms"] = milliseconds(e.took);
}

void add(Json& j, const Reconnecting& e) {
  j["call"] = e.call.value;
  j["change"] = e.change.value;
  j["reason"] = to_string(e.reason);
}

void add(Json& j, const Reconnected& e) {
  j["call"] = e.call.value;
  j["report"] = to_json(e.report);
}

void add(Json& j, const Dropped& e) {
  j["call"] = e.call.value;
  j["change"] = e.change.value;
  j["reason"] = e.reason;
  j["who"] = to_string(e.who);
}

}  // namespace

double milliseconds(Duration duration) {
  // Microseconds are as fine as the figures are true.
  return std::round(static_cast<double>(duration.count()) / 1e3) / 1e3;
}

Json milliseconds_or_null(const std::optional<Duration>& duration) {
  return duration ? Json(milliseconds(*duration)) : Json(nullptr);
}

std::string rfc3339(std::chrono::system_clock::time_point time) {
  using std::chrono::microseconds;
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<microseconds>(time - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), rest);
}

EventTime event_time_now() {
  // std::chrono::steady_clock is CLOCK_MONOTONIC here, the clock of TimePoint.
  return {TimePoint(std::chrono::steady_clock::now().time_since_epoch()),
          std::chrono::system_clock::now()};
}

Json envelope(const EventTime& time, std::string_view type) {
  Json j;
  j["v"] = kJsonVersion;
  j["time"] = rfc3339(time.wall);
  j["mono_ns"] = time.monotonic.time_since_epoch().count();
  j["type"] = type;
  return j;
}

Json to_json(const Event& event, const EventTime& time) {
  Json j = envelope(time, type_of(event));
  std::visit([&j](const auto& e) { add(j, e); }, event);
  return j;
}

Json to_json(const std::vector<Binding>& bindings) {
  Json list = Json::array();
  for (const Binding& binding : bindings) {
    Json j;
    j["contact"] = binding.contact;
    j["expires"] = binding.expires.count();
    j["instance"] = binding.instance;
    list.push_back(std::move(j));
  }
  return list;
}

Json to_json(const HandoverReport& report) {
  Json j;
  j["change"] = report.change.value;
  j["kind"] = to_string(report.kind);
  j["reason"] = to_string(report.reason);
  j["from"] = report.from;
  j["to"] = report.to;
  j["noticed_mono_ns"] = report.noticed_at.time_since_epoch().count();
  j["refresh_sent_ms"] = milliseconds_or_null(report.refresh_sent);
  j["refresh_answered_ms"] = milliseconds_or_null(report.refresh_answered);
  j["registered_ms"] = milliseconds_or_null(report.registered);
  j["first_rtp_out_ms"] = milliseconds_or_null(report.first_rtp_out);
  j["first_rtp_in_ms"] = milliseconds_or_null(report.first_rtp_in);
  j["gap_out_ms"] = milliseconds(report.gap_out);
  j["gap_in_ms"] = milliseconds(report.gap_in);
  j["lost_in"] = report.lost_in;
  j["retries"] = report.retries;
  j["retry_reasons"] = report.retry_reasons;
  return j;
}

Json to_json(const CallInfo& info) {
  Json j;
  j["state"] = to_string(info.state);
  j["remote"] = info.remote;
  j["codec"] = info.codec;
  j["local_signalling"] = info.local_signalling;
  j["local_media"] = info.local_media;
  j["remote_media"] = info.remote_media;
  j["packets_sent"] = info.packets_sent;
  j["packets_received"] = info.packets_received;
  j["packets_lost"] = info.packets_lost;
  j["jitter_ms"] = info.jitter_ms;
  j["held_by_us"] = info.held_by_us;
  j["held_by_peer"] = info.held_by_peer;
  j["muted"] = info.muted;
  j["recording"] = info.recording;
  j["conference"] = info.conference.value;
  return j;
}

std::string write(const Json& json, int indent) {
  constexpr bool kAsciiOnly = true;
  return json.dump(indent, ' ', kAsciiOnly, Json::error_handler_t::replace);
}

}  // namespace godwit::cli
