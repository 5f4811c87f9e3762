// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/client_invite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClientInviteTest : public ::testing::Test {
 protected:
  using Action = ClientInvite::Action;
  using State = ClientInvite::State;
  FakeClock clock_;
  ClientInvite invite_{TimerProfile{}, clock_.now()};
};

TEST_F(ClientInviteTest, RetransmissionsDoubleWithoutBoundUntilTimerB) {
  for (const auto wait : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms}) {
    EXPECT_EQ(invite_.next_deadline(), clock_.now() + wait);
    EXPECT_THAT(invite_.on_timeout(clock_.advance(wait)), ElementsAre(Action::send_invite));
  }
  EXPECT_EQ(invite_.next_deadline(), clock_.now() + 500ms);  // 64*T1 in all
  EXPECT_THAT(invite_.on_timeout(clock_.advance(500ms)), ElementsAre(Action::tell_timed_out));
  EXPECT_EQ(invite_.state(), State::terminated);
  EXPECT_EQ(invite_.next_deadline(), std::nullopt);
}

TEST_F(ClientInviteTest, AWakeUpThatComesTooEarlyIsHarmless) {
  EXPECT_THAT(invite_.on_timeout(clock_.advance(500ms - 1ns)), IsEmpty());
  EXPECT_EQ(invite_.state(), State::calling);
}

TEST_F(ClientInviteTest, AProvisionalEndsRetransmissionAndTimerB) {
  EXPECT_THAT(invite_.on_response(180, clock_.advance(100ms)), ElementsAre(Action::tell_response));
  EXPECT_EQ(invite_.state(), State::proceeding);
  EXPECT_EQ(invite_.next_deadline(), std::nullopt);
  EXPECT_THAT(invite_.on_response(183, clock_.now()), ElementsAre(Action::tell_response));
}

TEST_F(ClientInviteTest, AFailureIsAcknowledgedEachTimeButToldOnce) {
  EXPECT_THAT(invite_.on_response(486, clock_.now()),
              ElementsAre(Action::send_ack, Action::tell_response));
  EXPECT_EQ(invite_.state(), State::completed);
  EXPECT_THAT(invite_.on_response(486, clock_.now()), ElementsAre(Action::send_ack));
  EXPECT_THAT(invite_.on_response(180, clock_.now()), IsEmpty());
  EXPECT_THAT(invite_.on_response(200, clock_.now()), IsEmpty());

  EXPECT_THAT(invite_.on_timeout(clock_.advance(32s)), IsEmpty());  // timer D
  EXPECT_EQ(invite_.state(), State::terminated);
}

TEST_F(ClientInviteTest, EverySuccessIsToldUntilTimerM) {
  EXPECT_THAT(invite_.on_response(200, clock_.now()), ElementsAre(Action::tell_response));
  EXPECT_EQ(invite_.state(), State::accepted);
  EXPECT_THAT(invite_.on_response(200, clock_.advance(31s)), ElementsAre(Action::tell_response));
  EXPECT_THAT(invite_.on_response(486, clock_.now()), IsEmpty());

  EXPECT_THAT(invite_.on_timeout(clock_.advance(1s)), IsEmpty());
  EXPECT_EQ(invite_.state(), State::terminated);
  EXPECT_THAT(invite_.on_response(200, clock_.now()), IsEmpty());
}

TEST_F(ClientInviteTest, ACancelledInviteTimesOutWithoutFinalResponse) {
  static_cast<void>(invite_.on_response(180, clock_.now()));
  invite_.on_cancel_sent(clock_.now());
  EXPECT_THAT(invite_.on_response(180, clock_.advance(10s)), ElementsAre(Action::tell_response));
  EXPECT_THAT(invite_.on_timeout(clock_.advance(22s)), ElementsAre(Action::tell_timed_out));
  EXPECT_EQ(invite_.state(), State::terminated);
}

TEST_F(ClientInviteTest, AResponseAfterCancelCountsAsAnyOther) {
  static_cast<void>(invite_.on_response(180, clock_.now()));
  invite_.on_cancel_sent(clock_.now());
  EXPECT_THAT(invite_.on_response(200, clock_.advance(1s)), ElementsAre(Action::tell_response));
  EXPECT_EQ(invite_.next_deadline(), clock_.now() + 32s);
}

TEST_F(ClientInviteTest, OverAReliableTransportNothingIsRepeatedAndNoCopyAwaited) {
  ClientInvite invite{TimerProfile{}.over(net::Transport::tcp), clock_.now()};
  EXPECT_EQ(invite.next_deadline(), clock_.now() + 32s);  // timer B alone
  static_cast<void>(invite.on_response(404, clock_.now()));
  EXPECT_EQ(invite.next_deadline(), clock_.now());  // timer D is zero
  EXPECT_THAT(invite.on_timeout(clock_.now()), IsEmpty());
  EXPECT_EQ(invite.state(), State::terminated);
}

}  // namespace
}  // namespace godwit::sip
