// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "godwit/call.h"
#include "godwit/event.h"
#include "godwit/handover_report.h"
#include "godwit/log.h"

namespace godwit {
namespace {

std::vector<Event> one_of_each() {
  return {IncomingCall{},
          CallRinging{},
          CallAnswered{},
          MediaStarted{},
          CallEnded{},
          DtmfReceived{},
          OptionsAnswered{},
          BindingsAnswered{},
          NetworkChangeStarted{},
          NetworkChangeStep{},
          NetworkChangeFinished{},
          Reconnecting{},
          Reconnected{},
          Dropped{},
          RegistrationChanged{},
          CallHoldChanged{},
          PlaybackEnded{},
          DeviceChanged{},
          MediaQuality{},
          QualityChanged{},
          CallRedirected{},
          TransferRequested{},
          TransferProgress{},
          CallReplaced{},
          MessageReceived{},
          InfoReceived{},
          MessageAnswered{},
          SubscriptionChanged{},
          NotificationReceived{},
          MessagesWaiting{},
          StandbyChanged{}};
}

TEST(EventNames, EveryAlternativeOfTheEventHasItsOwnType) {
  std::set<std::string_view> types;
  for (const Event& event : one_of_each()) types.insert(type_of(event));
  EXPECT_EQ(types.size(), std::variant_size_v<Event>);
  EXPECT_EQ(types.count(""), 0U);
}

TEST(EventNames, ALimitPassedAndALimitKeptAreEventTypesOfTheirOwn) {
  EXPECT_EQ(type_of(QualityChanged{.bad = true}), "media.quality.raised");
  EXPECT_EQ(type_of(QualityChanged{}), "media.quality.cleared");
}

TEST(EventNames, RegistrationStatesAreEventTypesOfTheirOwn) {
  RegistrationChanged changed;
  changed.state = RegistrationState::registering;
  EXPECT_EQ(type_of(changed), "reg.sending");
  changed.state = RegistrationState::registered;
  EXPECT_EQ(type_of(changed), "reg.ok");
  changed.state = RegistrationState::failed;
  EXPECT_EQ(type_of(changed), "reg.failed");
  changed.state = RegistrationState::unregistered;
  EXPECT_EQ(type_of(changed), "reg.removed");
}

TEST(EventNames, HandoverEventsShareAPrefix) {
  EXPECT_EQ(type_of(Reconnecting{}), "call.handover.begin");
  EXPECT_EQ(type_of(Reconnected{}), "call.handover.done");
  EXPECT_EQ(type_of(Dropped{}), "call.handover.failed");
}

TEST(EventNames, StatesAreNamedAsTheirEnumerators) {
  EXPECT_EQ(to_string(Who::timeout), "timeout");
  EXPECT_EQ(to_string(Who::identity), "identity");
  EXPECT_EQ(to_string(RegistrationState::unregistered), "unregistered");
  EXPECT_EQ(to_string(SubscriptionState::pending), "pending");
  EXPECT_EQ(to_string(StepStatus::failed), "failed");
  EXPECT_EQ(to_string(ChangeOutcome::superseded), "superseded");
  EXPECT_EQ(to_string(HandoverKind::make_before_break), "make_before_break");
  EXPECT_EQ(to_string(MosScale::fullband), "fullband");
  EXPECT_EQ(to_string(QualityMeasure::round_trip), "round_trip");
  EXPECT_EQ(to_string(ReconnectReason::family_switch), "family_switch");
  EXPECT_EQ(to_string(LogLevel::warning), "warning");
  EXPECT_EQ(to_string(CallState::reconnecting), "reconnecting");
}

}  // namespace
}  // namespace godwit
