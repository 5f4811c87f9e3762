// SPDX-License-Identifier: Apache-2.0
#include "call_story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class CallStoryTest : public ::testing::Test {
 protected:
  void answer() {
    CallAnswered answered;
    answered.call = kCall;
    answered.remote = "sip:bob@example.org";
    answered.codec = "PCMU/8000";
    story_.on_event(answered);
  }
  void end(Duration duration) {
    CallEnded ended;
    ended.call = kCall;
    ended.duration = duration;
    story_.on_event(ended);
  }
  void move(Duration gap_in, Duration gap_out) {
    Reconnected moved;
    moved.call = kCall;
    moved.report.gap_in = gap_in;
    moved.report.gap_out = gap_out;
    story_.on_event(moved);
  }

  static constexpr CallId kCall{7};
  CallStory story_{kCall, "bob"};
};

TEST_F(CallStoryTest, CountsChangesAndKeepsTheLongestGap) {
  answer();
  story_.on_event(MediaStarted{kCall});
  move(143ms, 20ms);
  move(100ms, 160ms);
  EXPECT_EQ(story_.survival(), "Survived 2 network changes, longest gap 160 ms");
  EXPECT_EQ(story_.to_json()["handovers"].size(), 2U);
}

TEST_F(CallStoryTest, ACallThatWasHeardIsASuccess) {
  answer();
  story_.on_event(MediaStarted{kCall});
  end(5s);
  EXPECT_EQ(story_.verdict().code, ExitCode::success);
  EXPECT_THAT(story_.to_text(), HasSubstr("Call with sip:bob@example.org: 5.0 s, PCMU/8000"));
}

TEST_F(CallStoryTest, ASilentCallIsAMediaFailure) {
  answer();
  end(5s);
  EXPECT_EQ(story_.verdict().code, ExitCode::media_failure);
}

TEST_F(CallStoryTest, ACallTooShortToBeHeardIsNot) {
  answer();
  end(500ms);
  EXPECT_EQ(story_.verdict().code, ExitCode::success);
}

TEST_F(CallStoryTest, ACallLostWithTheNetworkIsAFailedHandover) {
  answer();
  story_.on_event(MediaStarted{kCall});
  Dropped dropped;
  dropped.call = kCall;
  dropped.reason = "no network for 60 s";
  story_.on_event(dropped);
  end(70s);
  EXPECT_EQ(story_.verdict().code, ExitCode::handover_failed);
  EXPECT_THAT(story_.verdict().sentence, HasSubstr("no network for 60 s"));
}

TEST_F(CallStoryTest, OtherCallsAreNotItsBusiness) {
  CallEnded other;
  other.call = CallId{8};
  story_.on_event(other);
  EXPECT_FALSE(story_.ended());
}

TEST_F(CallStoryTest, TellsHowWellItWasHeard) {
  answer();
  CallQuality quality;
  quality.seconds = 9;
  quality.mos = quality.mos_least = quality.mos_most = 4.25;
  story_.on_quality(quality);
  EXPECT_THAT(story_.to_text(), HasSubstr("\nMOS 4.25 (4.25 to 4.25, narrowband)"));
  EXPECT_EQ(story_.to_json()["quality"]["mos"], 4.25);
}

}  // namespace
}  // namespace godwit::cli
