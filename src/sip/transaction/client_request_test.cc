// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/client_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClientRequestTest : public ::testing::Test {
 protected:
  using Action = ClientRequest::Action;
  using State = ClientRequest::State;
  FakeClock clock_;
  ClientRequest request_{TimerProfile{}, clock_.now()};
};

TEST_F(ClientRequestTest, RetransmissionsDoubleUpToT2UntilTimerF) {
  for (const auto wait :
       {500ms, 1000ms, 2000ms, 4000ms, 4000ms, 4000ms, 4000ms, 4000ms, 4000ms, 4000ms}) {
    EXPECT_EQ(request_.next_deadline(), clock_.now() + wait);
    EXPECT_THAT(request_.on_timeout(clock_.advance(wait)), ElementsAre(Action::send_request));
  }
  EXPECT_EQ(request_.next_deadline(), clock_.now() + 500ms);
  EXPECT_THAT(request_.on_timeout(clock_.advance(500ms)), ElementsAre(Action::tell_timed_out));
  EXPECT_EQ(request_.state(), State::terminated);
  EXPECT_EQ(request_.next_deadline(), std::nullopt);
}

TEST_F(ClientRequestTest, AfterAProvisionalItRepeatsEveryT2AndStillTimesOut) {
  EXPECT_THAT(request_.on_response(100, clock_.advance(100ms)), ElementsAre(Action::tell_response));
  EXPECT_EQ(request_.state(), State::proceeding);
  EXPECT_THAT(request_.on_timeout(clock_.advance(400ms)), ElementsAre(Action::send_request));
  EXPECT_EQ(request_.next_deadline(), clock_.now() + 4s);
  EXPECT_THAT(request_.on_timeout(clock_.advance(31500ms)), ElementsAre(Action::tell_timed_out));
}

TEST_F(ClientRequestTest, TheFinalResponseIsToldOnceAndCopiesAbsorbedForTimerK) {
  EXPECT_THAT(request_.on_response(200, clock_.now()), ElementsAre(Action::tell_response));
  EXPECT_EQ(request_.state(), State::completed);
  EXPECT_THAT(request_.on_response(200, clock_.now()), IsEmpty());
  EXPECT_EQ(request_.next_deadline(), clock_.now() + 5s);
  EXPECT_THAT(request_.on_timeout(clock_.advance(5s)), IsEmpty());
  EXPECT_EQ(request_.state(), State::terminated);
  EXPECT_THAT(request_.on_response(200, clock_.now()), IsEmpty());
}

TEST_F(ClientRequestTest, AWakeUpThatComesTooEarlyIsHarmless) {
  EXPECT_THAT(request_.on_timeout(clock_.advance(500ms - 1ns)), IsEmpty());
}

TEST_F(ClientRequestTest, OverAReliableTransportNothingIsRepeatedAndNoCopyAwaited) {
  ClientRequest request{TimerProfile{}.over(net::Transport::tls), clock_.now()};
  EXPECT_EQ(request.next_deadline(), clock_.now() + 32s);  // timer F alone
  static_cast<void>(request.on_response(200, clock_.now()));
  EXPECT_EQ(request.next_deadline(), clock_.now());  // timer K is zero
}

}  // namespace
}  // namespace godwit::sip
