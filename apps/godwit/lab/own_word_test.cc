// SPDX-License-Identifier: Apache-2.0
#include "lab/own_word.h"

#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr std::int64_t kChange = 500 * kNsPerSecond;

class OwnWordTest : public ::testing::Test {
 protected:
  void SetUp() override {
    change_.t0 = change_.begun = {kChange + 7 * kNsPerSecond, kChange};
    change_.end_wall_ns = change_.t0.wall_ns + 5 * kNsPerSecond;
    figures_.refresh_sent_ms = 1.5;
    figures_.refresh_answered_ms = 101;
    figures_.registered_ms = 51;
    figures_.first_rtp_out_ms = 5;
    figures_.first_rtp_in_ms = 103;
  }
  static json done(std::int64_t noticed) {
    return {{"type", "call.handover.done"},
            {"report",
             {{"noticed_mono_ns", noticed},
              {"refresh_sent_ms", 0.5},
              {"refresh_answered_ms", 100.2},
              {"registered_ms", 50.0},
              {"first_rtp_out_ms", 4.0},
              {"first_rtp_in_ms", 102.0},
              {"gap_out_ms", 20.0},
              {"gap_in_ms", 119.0},
              {"lost_in", 5}}}};
  }
  ChangeMark change_;
  ChangeFigures figures_;
  Shown shown_{.sent_ms = 21, .received_ms = 120, .received_late_ms = 120, .lost_in = 5};
};

TEST_F(OwnWordTest, IsTheReportOfThisChange) {
  const std::vector<json> events = {done(kChange - kNsPerSecond), done(kChange + kNsPerMs),
                                    done(kChange + 6 * kNsPerSecond)};
  const OwnWord word = own_word(events, change_);
  ASSERT_TRUE(word.report);
  EXPECT_DOUBLE_EQ(*word.noticed_ms, 1);
  EXPECT_TRUE(compare(word, figures_, shown_).empty());
}

TEST_F(OwnWordTest, WithoutReportIsTheMomentItBeganToAct) {
  const OwnWord word =
      own_word({{{"type", "net.change.started"}, {"mono_ns", kChange + 2 * kNsPerMs}}}, change_);
  EXPECT_FALSE(word.report);
  EXPECT_DOUBLE_EQ(*word.noticed_ms, 2);
  EXPECT_TRUE(compare(word, figures_, shown_).empty());
}

TEST_F(OwnWordTest, MoreThanFiveMillisecondsOffIsADisagreement) {
  figures_.first_rtp_in_ms = 110;
  figures_.registered_ms.reset();
  const auto all = compare(own_word({done(kChange + kNsPerMs)}, change_), figures_, shown_);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].figure, "registered_ms");
  EXPECT_EQ(all[1].figure, "first_rtp_in_ms");
  EXPECT_EQ(all[1].told, 103);
}

TEST_F(OwnWordTest, SpeaksOfTheTimeUntilItWasTold) {
  json event = done(kChange + kNsPerMs);
  event["mono_ns"] = kChange + 130 * kNsPerMs;
  const json begin = {{"type", "call.handover.begin"}, {"mono_ns", kChange + 2 * kNsPerMs}};
  const Stretch stretch = stretch_of(own_word({begin, event}, change_), change_);
  EXPECT_EQ(stretch.from_ns, change_.t0.wall_ns + 2 * kNsPerMs);
  EXPECT_EQ(stretch.until_ns, change_.t0.wall_ns + 130 * kNsPerMs);
}

TEST_F(OwnWordTest, OfACallDialledAnewIsTheNewAnswer) {
  figures_.redials = 1;
  figures_.redial_answered_ms = 101;
  figures_.refresh_answered_ms = 50;
  shown_.lost_in = 13;
  EXPECT_TRUE(compare(own_word({done(kChange + kNsPerMs)}, change_), figures_, shown_).empty());
}

TEST_F(OwnWordTest, OnePacketMoreOrLessIsNoDisagreement) {
  shown_.lost_in = 6;
  EXPECT_TRUE(compare(own_word({done(kChange + kNsPerMs)}, change_), figures_, shown_).empty());
  shown_.lost_in = 7;
  EXPECT_EQ(compare(own_word({done(kChange + kNsPerMs)}, change_), figures_, shown_).size(), 1U);
}

}  // namespace
}  // namespace godwit::lab
