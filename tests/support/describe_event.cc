// SPDX-License-Identifier: Apache-2.0
#include "base/overloaded.h"
#include "support/sim_user_agent.h"

namespace godwit::test {
namespace {

std::string describe_step(const NetworkChangeStep& e) {
  return ' ' + e.kind + ' ' + e.subject + ' ' + std::string(to_string(e.status)) + ' ' + e.detail;
}

std::string describe_report(const HandoverReport& report) {
  std::string text = ' ' + report.from + " -> " + report.to;
  for (const auto& reason : report.retry_reasons) text += "; retry: " + reason;
  return text;
}

}  // namespace

std::string describe(const Event& event) {
  const auto details = overloaded{
      [](const RegistrationChanged& e) {
        return ' ' + std::string(to_string(e.state)) + ' ' + std::to_string(e.status) + ' ' +
               e.reason + ' ' + e.contact;
      },
      [](const StandbyChanged& e) {
        return ' ' + e.uplink + ' ' + std::string(to_string(e.registration.state)) + ' ' +
               std::to_string(e.registration.status) + ' ' + e.registration.reason + ' ' +
               e.registration.contact;
      },
      [](const CallAnswered& e) {
        return ' ' + e.codec + ' ' + e.media_local + ' ' + e.media_remote;
      },
      [](const CallEnded& e) {
        return ' ' + std::string(to_string(e.who)) + ' ' + std::to_string(e.status) + ' ' +
               e.reason;
      },
      [](const CallRinging& e) { return ' ' + std::to_string(e.status); },
      [](const NetworkChangeStarted& e) {
        std::string text;
        for (const auto& reason : e.reasons) text += "; " + reason;
        return text;
      },
      [](const NetworkChangeStep& e) { return describe_step(e); },
      [](const NetworkChangeFinished& e) { return ' ' + std::string(to_string(e.outcome)); },
      [](const Reconnecting& e) { return ' ' + std::string(to_string(e.reason)); },
      [](const Reconnected& e) { return describe_report(e.report); },
      [](const Dropped& e) { return ' ' + std::string(to_string(e.who)) + ' ' + e.reason; },
      [](const auto&) { return std::string{}; }};
  return std::string(type_of(event)) + std::visit(details, event);
}

}  // namespace godwit::test
