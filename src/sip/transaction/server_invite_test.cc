// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/server_invite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ServerInviteTest : public ::testing::Test {
 protected:
  using Action = ServerInvite::Action;
  using State = ServerInvite::State;
  FakeClock clock_;
  ServerInvite invite_{TimerProfile{}, clock_.now()};
};

TEST_F(ServerInviteTest, SaysTryingWhenNobodyAnswersFor200Ms) {
  EXPECT_THAT(invite_.on_retransmission(), IsEmpty());
  EXPECT_THAT(invite_.on_timeout(clock_.advance(200ms)), ElementsAre(Action::send_trying));
  EXPECT_EQ(invite_.next_deadline(), std::nullopt);
  EXPECT_THAT(invite_.on_retransmission(), ElementsAre(Action::send_response));
}

TEST_F(ServerInviteTest, SaysNoTryingWhenAnsweredInTime) {
  EXPECT_THAT(invite_.on_response(180, clock_.advance(100ms)), ElementsAre(Action::send_response));
  EXPECT_EQ(invite_.next_deadline(), std::nullopt);
  EXPECT_THAT(invite_.on_retransmission(), ElementsAre(Action::send_response));
}

TEST_F(ServerInviteTest, AFailureRepeatsDoublingUpToT2UntilTimerH) {
  EXPECT_THAT(invite_.on_response(486, clock_.now()), ElementsAre(Action::send_response));
  EXPECT_EQ(invite_.state(), State::completed);
  for (const auto wait :
       {500ms, 1000ms, 2000ms, 4000ms, 4000ms, 4000ms, 4000ms, 4000ms, 4000ms, 4000ms}) {
    EXPECT_THAT(invite_.on_timeout(clock_.advance(wait)), ElementsAre(Action::send_response));
  }
  EXPECT_THAT(invite_.on_timeout(clock_.advance(500ms)), ElementsAre(Action::tell_no_ack));
  EXPECT_EQ(invite_.state(), State::terminated);
}

TEST_F(ServerInviteTest, AnAckEndsTheRepetitionAndCopiesOfItAreAbsorbed) {
  static_cast<void>(invite_.on_response(486, clock_.now()));
  EXPECT_THAT(invite_.on_ack(clock_.advance(100ms)), IsEmpty());
  EXPECT_EQ(invite_.state(), State::confirmed);
  EXPECT_EQ(invite_.next_deadline(), clock_.now() + 5s);  // timer I
  EXPECT_THAT(invite_.on_ack(clock_.now()), IsEmpty());
  EXPECT_THAT(invite_.on_retransmission(), IsEmpty());
  EXPECT_THAT(invite_.on_timeout(clock_.advance(5s)), IsEmpty());
  EXPECT_EQ(invite_.state(), State::terminated);
}

TEST_F(ServerInviteTest, ACopyOfTheInviteGetsTheFailureAgain) {
  static_cast<void>(invite_.on_response(486, clock_.now()));
  EXPECT_THAT(invite_.on_retransmission(), ElementsAre(Action::send_response));
}

TEST_F(ServerInviteTest, AfterASuccessCopiesAreAbsorbedAndTheUserRepeatsUntilTimerL) {
  EXPECT_THAT(invite_.on_response(200, clock_.now()), ElementsAre(Action::send_response));
  EXPECT_EQ(invite_.state(), State::accepted);
  EXPECT_THAT(invite_.on_retransmission(), IsEmpty());
  EXPECT_THAT(invite_.on_response(200, clock_.advance(500ms)), ElementsAre(Action::send_response));
  EXPECT_THAT(invite_.on_response(486, clock_.now()), IsEmpty());
  EXPECT_THAT(invite_.on_ack(clock_.now()), ElementsAre(Action::tell_ack));

  EXPECT_THAT(invite_.on_timeout(clock_.advance(31500ms)), IsEmpty());
  EXPECT_EQ(invite_.state(), State::terminated);
  EXPECT_THAT(invite_.on_response(200, clock_.now()), IsEmpty());
}

TEST_F(ServerInviteTest, AFinalResponseIsGivenOnce) {
  static_cast<void>(invite_.on_response(486, clock_.now()));
  EXPECT_THAT(invite_.on_response(200, clock_.now()), IsEmpty());
  EXPECT_THAT(invite_.on_response(180, clock_.now()), IsEmpty());
}

TEST_F(ServerInviteTest, AnAckBeforeAnyFinalResponseMeansNothing) {
  EXPECT_THAT(invite_.on_ack(clock_.now()), IsEmpty());
  EXPECT_EQ(invite_.state(), State::proceeding);
}

TEST_F(ServerInviteTest, OverAReliableTransportTheFailureIsSentOnce) {
  ServerInvite invite{TimerProfile{}.over(net::Transport::tcp), clock_.now()};
  static_cast<void>(invite.on_response(486, clock_.now()));
  EXPECT_EQ(invite.next_deadline(), clock_.now() + 32s);  // timer H alone
  static_cast<void>(invite.on_ack(clock_.now()));
  EXPECT_EQ(invite.next_deadline(), clock_.now());  // timer I is zero
}

}  // namespace
}  // namespace godwit::sip
