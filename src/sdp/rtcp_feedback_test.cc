// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtcp_feedback.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(RtcpFeedbackTest, ReadsEveryKind) {
  EXPECT_EQ(parse_rtcp_feedback("* nack"), (RtcpFeedback{std::nullopt, "nack", ""}));
  EXPECT_EQ(parse_rtcp_feedback("96 nack pli"), (RtcpFeedback{96, "nack", "pli"}));
  EXPECT_EQ(parse_rtcp_feedback("96 ccm tmmbr smaxpr=120"),
            (RtcpFeedback{96, "ccm", "tmmbr smaxpr=120"}));
  test::expect_good(parse_rtcp_feedback, {"* trr-int 100", "0 ack rpsi", "111 transport-cc"});
}

TEST(RtcpFeedbackTest, SaysWhatIsWrong) {
  const char* const no_type = "expected a payload type of 0 to 127, or \"*\"";
  test::expect_bad(parse_rtcp_feedback,
                   {{"", 0, no_type},
                    {"128 nack", 0, no_type},
                    {"** nack", 0, no_type},
                    {"96", 2, "expected a kind of feedback, such as nack"},
                    {"96 n@ck", 3, "expected a kind of feedback, such as nack"},
                    {"96 trr-int x", 11, "expected a number of milliseconds after trr-int"}});
}

TEST(RtcpFeedbackTest, ReadsBackWhateverItHolds) {
  SeededRandom random(6);
  for (int i = 0; i < 300; ++i) {
    RtcpFeedback feedback{std::nullopt, random.token(2), ""};
    if (random.below(2) == 0) feedback.payload_type = static_cast<std::uint8_t>(random.below(128));
    if (random.below(2) == 0) feedback.parameters = random.token(2) + ' ' + random.token(1);
    test::expect_reads_back(parse_rtcp_feedback, feedback);
  }
}

}  // namespace
}  // namespace godwit::sdp
