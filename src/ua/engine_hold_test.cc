// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/established_call.h"

namespace godwit::ua {
namespace {

using test::direction_in;
using test::EngineBench;
using test::EstablishedCall;
using namespace std::chrono_literals;

class ActiveCallTest : public ::testing::Test {
 protected:
  /// The held call's INVITE is answered.
  void expect_asked(const std::string& direction) {
    std::optional<EngineBench::Sent> found;
    for (const auto& sent : call_.bench.sent) {
      const bool ours = sent.message.call_id() == call_.first_invite->call_id();
      if (ours && sent.message.method() == sip::Method::invite) found = sent;
    }
    ASSERT_TRUE(found);
    EXPECT_EQ(direction_in(found->message), direction);
    call_.accept(*found, EstablishedCall::sound("inactive", ++version_));
  }

  EstablishedCall call_{EstablishedCall::Caller::alice, {}, {}, EngineBench::one_active_call()};
  std::uint64_t version_ = 1;
};

TEST_F(ActiveCallTest, DiallingAnotherHoldsTheOneThatIsUp) {
  ASSERT_TRUE(call_.bench.engine.dial(call_.account, "carol", {}, call_.bench.now));
  call_.bench.drain();
  expect_asked("sendonly");
  EXPECT_TRUE(call_.info().held_by_us);
}

TEST_F(ActiveCallTest, ResumingOneHoldsTheOther) {
  const auto second = *call_.bench.engine.dial(call_.account, "carol", {}, call_.bench.now);
  call_.bench.drain();
  expect_asked("sendonly");
  auto invite = call_.next("INVITE");
  while (invite && invite->message.call_id() == call_.first_invite->call_id()) {
    invite = call_.next("INVITE");
  }
  ASSERT_TRUE(invite);
  call_.accept(*invite, EstablishedCall::sound());
  call_.bench.sent.clear();
  ASSERT_TRUE(call_.bench.engine.resume(call_.call, call_.bench.now));
  call_.bench.drain();
  const auto held = std::find_if(
      call_.bench.sent.begin(), call_.bench.sent.end(), [&](const EngineBench::Sent& sent) {
        return sent.message.call_id() == invite->message.call_id() &&
               sent.message.method() == sip::Method::invite;
      });
  ASSERT_NE(held, call_.bench.sent.end());
  EXPECT_EQ(direction_in(held->message), "sendonly");
  const auto hold = *held;
  call_.accept(hold, EstablishedCall::sound("recvonly", 2));
  EXPECT_TRUE(call_.bench.engine.call_info(second)->held_by_us);
}

TEST(ActiveCalls, AllOfThemAreUnlessToldOtherwise) {
  EstablishedCall call;
  ASSERT_TRUE(call.bench.engine.dial(call.account, "carol", {}, call.bench.now));
  call.bench.drain();
  for (const auto& sent : call.bench.sent) {
    EXPECT_NE(sent.message.call_id(), call.first_invite->call_id());
  }
}

}  // namespace
}  // namespace godwit::ua
