// SPDX-License-Identifier: Apache-2.0
#include "event_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "event_json.h"
#include "quality_text.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

std::string number(CallId call) {
  return fmt::format("call {}", call.value);
}

std::string status_and_reason(int status, const std::string& reason) {
  return status == 0 ? shown(reason) : fmt::format("{} {}", status, shown(reason));
}

std::string others_too(std::size_t others) {
  return others == 0 ? "" : fmt::format(", beside {} more", others);
}

std::string next_try(const std::optional<Duration>& wait) {
  if (!wait) return "not tried again";
  if (*wait < std::chrono::seconds{1}) return "tried again at once";
  return fmt::format("tried again in {} s", std::chrono::round<std::chrono::seconds>(*wait).count());
}

EventLine line(const RegistrationChanged& e) {
  switch (e.state) {
    case RegistrationState::registering:
      if (e.reason.empty()) return {"registering", Tone::plain};
      return {fmt::format("registering with {}: {}", shown(e.registrar), status_and_reason(e.status, e.reason)),
              Tone::plain};
    case RegistrationState::registered:
      return {fmt::format("registered  {}  for {} s{}", shown(e.contact), e.expires.count(),
                          others_too(e.others.size())),
              Tone::good};
    case RegistrationState::failed:
      return {fmt::format("not registered: {} ({})", status_and_reason(e.status, e.reason),
                          next_try(e.retry_in)),
              Tone::bad};
    case RegistrationState::unregistered:
      return {"unregistered", Tone::plain};
  }
  return {};
}

EventLine line(const StandbyChanged& e) {
  const auto& r = e.registration;
  switch (r.state) {
    case RegistrationState::registering:
      return {fmt::format("{}: getting ready", shown(e.uplink)), Tone::plain};
    case RegistrationState::registered:
      return {fmt::format("{}: stands ready  {}  for {} s", shown(e.uplink), shown(r.contact),
                          r.expires.count()),
              Tone::plain};
    case RegistrationState::failed:
      return {fmt::format("{}: not ready: {} ({})", shown(e.uplink),
                          status_and_reason(r.status, r.reason), next_try(r.retry_in)),
              Tone::plain};
    case RegistrationState::unregistered:
      return {fmt::format("{}: not kept ready any more", shown(e.uplink)), Tone::plain};
  }
  return {};
}

EventLine line(const IncomingCall& e) {
  const std::string what = e.joins ? "wants to join " + number(e.joins) : "calls";
  return {fmt::format("{}: {} {}", number(e.call), shown(e.from), what), Tone::attention};
}

EventLine line(const CallRinging& e) {
  return {fmt::format("{}: {}", number(e.call), status_and_reason(e.status, e.reason)),
          Tone::plain};
}

EventLine line(const CallAnswered& e) {
  const std::string sound = e.protection.empty() ? e.codec : e.codec + ", " + e.protection;
  return {fmt::format("{}: up with {}  {}  {} <-> {}", number(e.call), shown(e.remote), sound,
                      e.media_local, e.media_remote),
          Tone::good};
}

EventLine line(const MediaStarted& e) {
  return {fmt::format("{}: the peer is heard", number(e.call)), Tone::good};
}

EventLine line(const CallEnded& e) {
  return {fmt::format("{}: ended by {} after {:.1f} s: {}", number(e.call), to_string(e.who),
                      milliseconds(e.duration) / 1e3, status_and_reason(e.status, e.reason)),
          Tone::plain};
}

EventLine line(const DtmfReceived& e) {
  return {fmt::format("{}: digit {} ({} ms)", number(e.call), shown(std::string(1, e.digit)),
                      e.duration.count()),
          Tone::plain};
}

EventLine line(const CallHoldChanged& e) {
  const std::string_view state = e.by_us && e.by_peer ? "held by both sides"
                                 : e.by_us            ? "on hold"
                                 : e.by_peer          ? "held by the peer"
                                                      : "no longer held";
  return {fmt::format("{}: {}", number(e.call), state), Tone::attention};
}

EventLine line(const PlaybackEnded& e) {
  return {fmt::format("{}: played to the end", number(e.call)), Tone::plain};
}

EventLine line(const DeviceChanged& e) {
  if (!e.works) {
    return {fmt::format("{}: in silence: {}", number(e.call), shown(e.reason)), Tone::attention};
  }
  return {fmt::format("{}: speaking by {}, listening by {}", number(e.call), shown(e.capture),
                      shown(e.playback)),
          Tone::plain};
}

EventLine line(const MediaQuality& e) {
  const std::string now = quality_now(e.quality);
  return {fmt::format("{}: {}", number(e.call), now.empty() ? "nothing is heard" : now), Tone::plain};
}

EventLine line(const QualityChanged& e) {
  return {fmt::format("{}: heard {}: {}", number(e.call), e.bad ? "badly" : "well again", to_text(e)),
          e.bad ? Tone::bad : Tone::good};
}

EventLine line(const CallRedirected& e) {
  return {fmt::format("{}: redirected ({}) to {}", number(e.call), e.status, shown(e.target)),
          Tone::attention};
}

EventLine line(const TransferRequested& e) {
  const std::string by = e.referred_by.empty() ? "the peer" : shown(e.referred_by);
  const std::string what = e.new_call ? fmt::format("dialled as {}", number(e.new_call)) : "refused";
  return {fmt::format("{}: {} sends us to {}: {}", number(e.call), by, shown(e.target), what),
          Tone::attention};
}

EventLine line(const TransferProgress& e) {
  return {fmt::format("{}: transfer{}: {}", number(e.call), e.final ? " ended" : "",
                      status_and_reason(e.status, e.reason)),
          e.final && e.status / 100 != 2 ? Tone::bad : Tone::plain};
}

EventLine line(const CallReplaced& e) {
  return {fmt::format("{}: replaced by {}", number(e.call), number(e.by)), Tone::attention};
}

EventLine line(const MessageReceived& e) {
  return {fmt::format("message from {}: {}", shown(e.from), shown(e.body.text)), Tone::attention};
}

EventLine line(const InfoReceived& e) {
  return {fmt::format("{}: INFO ({}): {}", number(e.call), shown(e.body.content_type),
                      shown(e.body.text)),
          Tone::plain};
}

EventLine line(const MessageAnswered& e) {
  return {fmt::format("message {}: {}", e.message.value, status_and_reason(e.status, e.reason)),
          e.status / 100 == 2 ? Tone::good : Tone::bad};
}

EventLine line(const SubscriptionChanged& e) {
  return {fmt::format("subscription {}: {} {}", e.subscription.value, to_string(e.state),
                      status_and_reason(e.status, e.reason)),
          Tone::plain};
}

EventLine line(const NotificationReceived& e) {
  return {fmt::format("subscription {}: {}: {}", e.subscription.value, shown(e.package),
                      shown(e.body.text)),
          Tone::plain};
}

EventLine line(const MessagesWaiting& e) {
  return {fmt::format("messages waiting: {} ({} new, {} old)", e.waiting ? "yes" : "no", e.new_voice,
                      e.old_voice),
          e.waiting ? Tone::attention : Tone::plain};
}

EventLine line(const OptionsAnswered& e) {
  return {fmt::format("OPTIONS: {}", status_and_reason(e.status, e.reason)), Tone::plain};
}

EventLine line(const BindingsAnswered& e) {
  if (e.status / 100 != 2) {
    return {fmt::format("bindings: {}", status_and_reason(e.status, e.reason)), Tone::bad};
  }
  return {fmt::format("bindings: {}", e.bindings.size()), Tone::plain};
}

EventLine line(const NetworkChangeStarted& e) {
  return {fmt::format("network change {}: {}", e.change.value, fmt::join(e.reasons, ", ")),
          Tone::attention};
}

EventLine line(const NetworkChangeStep& e) {
  const std::string detail = e.detail.empty() ? "" : fmt::format(" ({})", shown(e.detail));
  return {fmt::format("  {} {}: {}{}", e.kind, e.subject, to_string(e.status), detail),
          e.status == StepStatus::failed ? Tone::bad : Tone::plain};
}

EventLine line(const NetworkChangeFinished& e) {
  return {fmt::format("network change {}: {} after {:.0f} ms", e.change.value, to_string(e.outcome),
                      milliseconds(e.took)),
          e.outcome == ChangeOutcome::recovered ? Tone::good : Tone::attention};
}

EventLine line(const Reconnecting& e) {
  return {fmt::format("{}: reconnecting ({})", number(e.call), to_string(e.reason)),
          Tone::attention};
}

EventLine line(const Reconnected& e) {
  return {fmt::format("{}: heard again  {}", number(e.call), to_text(e.report)), Tone::good};
}

EventLine line(const Dropped& e) {
  return {fmt::format("{}: lost with network change {}: {}", number(e.call), e.change.value,
                      shown(e.reason)),
          Tone::bad};
}

}  // namespace

EventLine to_line(const Event& event) {
  return std::visit([](const auto& e) { return line(e); }, event);
}

std::string to_text(const HandoverReport& report) {
  std::string text = fmt::format("{} -> {}:", report.from, report.to);
  const auto add = [&text](std::string_view name, const std::optional<Duration>& at) {
    if (at) text += fmt::format(" {} {:.0f} ms,", name, milliseconds(*at));
  };
  add("refresh sent", report.refresh_sent);
  add("answered", report.refresh_answered);
  add("RTP out", report.first_rtp_out);
  add("RTP in", report.first_rtp_in);
  return text + fmt::format(" silent {:.0f} ms, {} packets lost", milliseconds(report.gap_in),
                            report.lost_in);
}

}  // namespace godwit::cli
