// SPDX-License-Identifier: Apache-2.0
#include "call_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A desk whose calls are told of, not made.
class CallDeskTest : public testing::Test {
 protected:
  void comes(std::uint64_t call, std::uint64_t replaces = 0) {
    IncomingCall event;
    event.call = CallId{call};
    event.replaces = CallId{replaces};
    event.from = "sip:bob@example.org";
    desk_.on_event(Event(event));
  }
  void is_answered(std::uint64_t call) {
    CallAnswered event;
    event.call = CallId{call};
    desk_.on_event(Event(event));
  }
  void ends(std::uint64_t call) {
    CallEnded event;
    event.call = CallId{call};
    desk_.on_event(Event(event));
  }

  Output output_{OutputSettings{}};
  AgentSession session_{UserAgentOptions{}, output_};
  AccountSession account_{session_};
  CallDesk desk_{session_, account_, CallOptions{}, HistoryFile("")};
};

TEST_F(CallDeskTest, WhoCallsRingsUntilHeIsTakenOrGivesUp) {
  EXPECT_EQ(desk_.ringing(), CallId{});
  comes(1);
  EXPECT_EQ(desk_.ringing(), CallId{1});
  EXPECT_FALSE(desk_.is_busy());
  ends(1);
  EXPECT_EQ(desk_.ringing(), CallId{});
  EXPECT_THAT(desk_.alive(), ElementsAre());
}

TEST_F(CallDeskTest, WhoTakesThePlaceOfACallDoesNotWaitForAnAnswer) {
  comes(1);
  comes(2, 1);
  EXPECT_EQ(desk_.ringing(), CallId{1});
  EXPECT_TRUE(desk_.is_busy());
  ends(1);
  EXPECT_EQ(desk_.ringing(), CallId{});
  EXPECT_TRUE(desk_.is_busy()) << "the conversation goes on";
  EXPECT_EQ(desk_.current(), CallId{2});
  ends(2);
  EXPECT_FALSE(desk_.is_busy());
}

TEST_F(CallDeskTest, TheNewestCallIsTheCurrentOneUntilAnotherIsChosen) {
  comes(1);
  comes(2);
  EXPECT_EQ(desk_.current(), CallId{2});
  desk_.choose_next();
  EXPECT_EQ(desk_.current(), CallId{1});
  desk_.choose_next();
  EXPECT_EQ(desk_.current(), CallId{2});
  ends(2);
  EXPECT_EQ(desk_.current(), CallId{1});
  ends(1);
  EXPECT_EQ(desk_.current(), CallId{});
}

TEST_F(CallDeskTest, ATransferredCallTakesTheOldOnesPart) {
  comes(1);
  TransferRequested event;
  event.call = CallId{1};
  event.target = "sip:carol@example.org";
  event.new_call = CallId{2};
  desk_.on_event(Event(event));
  ends(1);
  EXPECT_TRUE(desk_.is_busy());
  EXPECT_EQ(desk_.current(), CallId{2});
  EXPECT_EQ(desk_.find(CallId{2})->peer, "sip:carol@example.org");
}

TEST_F(CallDeskTest, ForgetsWhatHasEndedExceptTheLast) {
  for (const std::uint64_t call : {1, 2, 3}) comes(call);
  ends(1);
  ends(3);
  desk_.tidy();
  EXPECT_EQ(desk_.find(CallId{1}), nullptr);
  EXPECT_NE(desk_.find(CallId{2}), nullptr);
  EXPECT_NE(desk_.find(CallId{3}), nullptr);
}

TEST_F(CallDeskTest, TheStatusShowsTheCurrentCall) {
  EXPECT_EQ(status_line(desk_, {}), "no call");
  comes(1);
  comes(2);
  is_answered(2);
  const auto later = desk_.find(CallId{2})->answered_at + 72s;
  EXPECT_THAT(status_line(desk_, later), HasSubstr("call 2 "));
  EXPECT_THAT(status_line(desk_, later), HasSubstr(" 01:12  sip:bob@example.org"));
  EXPECT_THAT(status_line(desk_, later), HasSubstr("(2 calls)"));
}

TEST(CallFiguresTest, AreTheWorstOfAllCalls) {
  const Json good = {
      {"answered", true},
      {"longest_gap_ms", 10.0},
      {"duration_ms", 9000.0},
      {"network_changes", 0},
      {"media", {{"packets_lost", 0}, {"packets_received", 100}, {"jitter_ms", 1.0}}},
      {"quality", {{"mos", 4.4}, {"now", {{"round_trip_ms", 80.0}}}}}};
  const Json bad = {
      {"answered", true},
      {"longest_gap_ms", 300.0},
      {"duration_ms", 1000.0},
      {"network_changes", 2},
      {"media", {{"packets_lost", 25}, {"packets_received", 75}, {"jitter_ms", 5.0}}},
      {"quality", {{"mos", 2.1}, {"now", {{"round_trip_ms", nullptr}}}}}};
  const CallFigures worst = worse_of(worse_of({}, bad), good);
  EXPECT_EQ(worst, (CallFigures{300, 25, 5, 80, 2.1, 9, 2, 2}));
  EXPECT_EQ(worse_of(worst, Json{{"answered", false}}), worst);
}

}  // namespace
}  // namespace godwit::cli
