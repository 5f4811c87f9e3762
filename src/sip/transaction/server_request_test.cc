// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/server_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ServerRequestTest : public ::testing::Test {
 protected:
  using Action = ServerRequest::Action;
  using State = ServerRequest::State;
  FakeClock clock_;
  ServerRequest request_{TimerProfile{}};
};

TEST_F(ServerRequestTest, CopiesAreAbsorbedUntilThereIsAnAnswer) {
  EXPECT_THAT(request_.on_retransmission(), IsEmpty());
  EXPECT_EQ(request_.next_deadline(), std::nullopt);
}

TEST_F(ServerRequestTest, CopiesGetTheLatestAnswerAgain) {
  EXPECT_THAT(request_.on_response(100, clock_.now()), ElementsAre(Action::send_response));
  EXPECT_EQ(request_.state(), State::proceeding);
  EXPECT_THAT(request_.on_retransmission(), ElementsAre(Action::send_response));
  EXPECT_THAT(request_.on_response(200, clock_.now()), ElementsAre(Action::send_response));
  EXPECT_EQ(request_.state(), State::completed);
  EXPECT_THAT(request_.on_retransmission(), ElementsAre(Action::send_response));
}

TEST_F(ServerRequestTest, TheFinalAnswerIsGivenOnceAndKeptForTimerJ) {
  static_cast<void>(request_.on_response(200, clock_.now()));
  EXPECT_THAT(request_.on_response(500, clock_.now()), IsEmpty());
  EXPECT_EQ(request_.next_deadline(), clock_.now() + 32s);
  EXPECT_THAT(request_.on_timeout(clock_.advance(32s - 1ns)), IsEmpty());
  EXPECT_EQ(request_.state(), State::completed);
  EXPECT_THAT(request_.on_timeout(clock_.advance(1ns)), IsEmpty());
  EXPECT_EQ(request_.state(), State::terminated);
  EXPECT_THAT(request_.on_retransmission(), IsEmpty());
}

TEST_F(ServerRequestTest, OverAReliableTransportItEndsWithItsAnswer) {
  ServerRequest request{TimerProfile{}.over(net::Transport::tcp)};
  static_cast<void>(request.on_response(200, clock_.now()));
  EXPECT_EQ(request.next_deadline(), clock_.now());
}

}  // namespace
}  // namespace godwit::sip
