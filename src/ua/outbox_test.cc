// SPDX-License-Identifier: Apache-2.0
#include "ua/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CallEnded ended(std::string reason) {
  CallEnded event;
  event.reason = std::move(reason);
  return event;
}

std::vector<std::string> reasons_seen(Outbox& out, const std::string& tells_more_at = {}) {
  std::vector<std::string> reasons;
  out.look_at_events([&](const Event& event) {
    const auto* told = std::get_if<CallEnded>(&event);
    reasons.push_back(told != nullptr ? told->reason : "another");
    if (reasons.back() == tells_more_at) out.emit(ended("more"), {});
  });
  return reasons;
}

TEST(Outbox, WhatIsAskedComesOutInOrderAndOnce) {
  Outbox out;
  out.emit(ended("first"), {});
  out.log(LogLevel::info, "ua", "call 1", "text");
  out.media(StopSendingMedia{});
  out.io(sip::IoAction{});
  const auto actions = out.take();
  ASSERT_THAT(actions, SizeIs(4));
  EXPECT_TRUE(std::holds_alternative<Emit>(actions[0]));
  EXPECT_TRUE(std::holds_alternative<WriteLog>(actions[1]));
  EXPECT_TRUE(std::holds_alternative<MediaAction>(actions[2]));
  EXPECT_TRUE(std::holds_alternative<sip::IoAction>(actions[3]));
  EXPECT_THAT(out.take(), IsEmpty());
}

TEST(Outbox, EachEventIsLookedAtOnceWithWhatTheLookTells) {
  Outbox out;
  out.emit(ended("one"), {});
  out.media(StopSendingMedia{});
  out.emit(ended("two"), {});
  EXPECT_THAT(reasons_seen(out, "one"), ElementsAre("one", "two", "more"));
  EXPECT_THAT(reasons_seen(out), IsEmpty());
  out.emit(ended("three"), {});
  EXPECT_THAT(reasons_seen(out), ElementsAre("three"));
}

TEST(Outbox, WhatIsPassedOverIsNotLookedAtButComesOut) {
  Outbox out;
  out.emit(ended("one"), {});
  out.pass_over_events();
  EXPECT_THAT(reasons_seen(out), IsEmpty());
  EXPECT_THAT(out.take(), SizeIs(1));
  out.emit(ended("two"), {});
  EXPECT_THAT(reasons_seen(out), ElementsAre("two"));
}

}  // namespace
}  // namespace godwit::ua
