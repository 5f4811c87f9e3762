// SPDX-License-Identifier: Apache-2.0
// The names by which people and programs know our states and events. They are part of the JSON
// stream's contract: names are added, never changed.
#include "base/overloaded.h"
#include "godwit/call.h"
#include "godwit/event.h"
#include "godwit/handover_report.h"
#include "godwit/log.h"

namespace godwit {

std::string_view to_string(Who who) {
  switch (who) {
    case Who::local:
      return "local";
    case Who::peer:
      return "peer";
    case Who::server:
      return "server";
    case Who::network:
      return "network";
    case Who::timeout:
      return "timeout";
    case Who::identity:
      return "identity";
  }
  return "";
}

std::string_view to_string(RegistrationState state) {
  switch (state) {
    case RegistrationState::registering:
      return "registering";
    case RegistrationState::registered:
      return "registered";
    case RegistrationState::failed:
      return "failed";
    case RegistrationState::unregistered:
      return "unregistered";
  }
  return "";
}

std::string_view to_string(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::subscribing:
      return "subscribing";
    case SubscriptionState::pending:
      return "pending";
    case SubscriptionState::active:
      return "active";
    case SubscriptionState::terminated:
      return "terminated";
  }
  return "";
}

std::string_view to_string(StepStatus status) {
  switch (status) {
    case StepStatus::started:
      return "started";
    case StepStatus::done:
      return "done";
    case StepStatus::failed:
      return "failed";
  }
  return "";
}

std::string_view to_string(ChangeOutcome outcome) {
  switch (outcome) {
    case ChangeOutcome::recovered:
      return "recovered";
    case ChangeOutcome::partly:
      return "partly";
    case ChangeOutcome::offline:
      return "offline";
    case ChangeOutcome::superseded:
      return "superseded";
  }
  return "";
}

std::string_view to_string(MosScale scale) {
  switch (scale) {
    case MosScale::narrowband:
      return "narrowband";
    case MosScale::wideband:
      return "wideband";
    case MosScale::fullband:
      return "fullband";
  }
  return "";
}

std::string_view to_string(QualityMeasure measure) {
  switch (measure) {
    case QualityMeasure::round_trip:
      return "round_trip";
    case QualityMeasure::jitter:
      return "jitter";
    case QualityMeasure::mos:
      return "mos";
    case QualityMeasure::loss:
      return "loss";
  }
  return "";
}

std::string_view to_string(HandoverKind kind) {
  switch (kind) {
    case HandoverKind::break_before_make:
      return "break_before_make";
    case HandoverKind::make_before_break:
      return "make_before_break";
  }
  return "";
}

std::string_view to_string(ReconnectReason reason) {
  switch (reason) {
    case ReconnectReason::network_lost:
      return "network_lost";
    case ReconnectReason::network_switch:
      return "network_switch";
    case ReconnectReason::family_switch:
      return "family_switch";
    case ReconnectReason::app_request:
      return "app_request";
  }
  return "";
}

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::error:
      return "error";
    case LogLevel::warning:
      return "warning";
    case LogLevel::info:
      return "info";
    case LogLevel::debug:
      return "debug";
    case LogLevel::trace:
      return "trace";
  }
  return "";
}

std::string_view to_string(CallState state) {
  switch (state) {
    case CallState::dialing:
      return "dialing";
    case CallState::ringing:
      return "ringing";
    case CallState::incoming:
      return "incoming";
    case CallState::up:
      return "up";
    case CallState::reconnecting:
      return "reconnecting";
    case CallState::ended:
      return "ended";
  }
  return "";
}

namespace {

std::string_view registration_type(RegistrationState state) {
  switch (state) {
    case RegistrationState::registering:
      return "reg.sending";
    case RegistrationState::registered:
      return "reg.ok";
    case RegistrationState::failed:
      return "reg.failed";
    case RegistrationState::unregistered:
      return "reg.removed";
  }
  return "";
}

std::string_view standby_type(RegistrationState state) {
  switch (state) {
    case RegistrationState::registering:
      return "reg.standby";
    case RegistrationState::registered:
      return "reg.standby_ok";
    case RegistrationState::failed:
      return "reg.standby_failed";
    case RegistrationState::unregistered:
      return "reg.standby_removed";
  }
  return "";
}

}  // namespace

std::string_view type_of(const Event& event) {
  using View = std::string_view;
  return std::visit(overloaded{
                        [](const RegistrationChanged& e) { return registration_type(e.state); },
                        [](const StandbyChanged& e) { return standby_type(e.registration.state); },
                        [](const IncomingCall&) { return View("call.incoming"); },
                        [](const CallRinging&) { return View("call.ringing"); },
                        [](const CallAnswered&) { return View("call.answered"); },
                        [](const MediaStarted&) { return View("call.media"); },
                        [](const CallEnded&) { return View("call.ended"); },
                        [](const DtmfReceived&) { return View("call.dtmf"); },
                        [](const CallHoldChanged&) { return View("call.hold"); },
                        [](const PlaybackEnded&) { return View("call.played"); },
                        [](const DeviceChanged&) { return View("call.device"); },
                        [](const MediaQuality&) { return View("media.quality"); },
                        [](const QualityChanged& e) {
                          return View(e.bad ? "media.quality.raised" : "media.quality.cleared");
                        },
                        [](const CallRedirected&) { return View("call.redirected"); },
                        [](const TransferRequested&) { return View("call.transfer.asked"); },
                        [](const TransferProgress&) { return View("call.transfer.progress"); },
                        [](const CallReplaced&) { return View("call.replaced"); },
                        [](const MessageReceived&) { return View("message.received"); },
                        [](const InfoReceived&) { return View("call.info"); },
                        [](const MessageAnswered&) { return View("message.answered"); },
                        [](const SubscriptionChanged&) { return View("subscription.state"); },
                        [](const NotificationReceived&) { return View("subscription.notify"); },
                        [](const MessagesWaiting&) { return View("messages.waiting"); },
                        [](const OptionsAnswered&) { return View("options.answered"); },
                        [](const BindingsAnswered&) { return View("reg.bindings"); },
                        [](const NetworkChangeStarted&) { return View("net.change.started"); },
                        [](const NetworkChangeStep&) { return View("net.change.step"); },
                        [](const NetworkChangeFinished&) { return View("net.change.finished"); },
                        [](const Reconnecting&) { return View("call.handover.begin"); },
                        [](const Reconnected&) { return View("call.handover.done"); },
                        [](const Dropped&) { return View("call.handover.failed"); },
                    },
                    event);
}

}  // namespace godwit
