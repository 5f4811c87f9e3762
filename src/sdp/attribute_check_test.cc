// SPDX-License-Identifier: Apache-2.0
#include "sdp/attribute_check.h"

#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

TEST(AttributeCheck, HasNothingToSayOfWhatIsGoodOrNotUnderstood) {
  EXPECT_EQ(check_attribute("rtpmap", "0 PCMU/8000", Section::media), std::nullopt);
  EXPECT_EQ(check_attribute("group", "BUNDLE 0", Section::session), std::nullopt);
  EXPECT_EQ(check_attribute("setup", "active", Section::session), std::nullopt);
  EXPECT_EQ(check_attribute("setup", "active", Section::media), std::nullopt);
  EXPECT_EQ(check_attribute("x-own", "anything at all", Section::session), std::nullopt);
}

TEST(AttributeCheck, SaysWhatIsWrongWithAValue) {
  EXPECT_EQ(check_attribute("rtpmap", "96 x", Section::media),
            (Fault{"expected \"/\" and a clock rate", 4}));
  EXPECT_EQ(check_attribute("rtcp-mux", "1", Section::media), (Fault{"expected no value", 0}));
  for (const char* const name :
       {"rtpmap", "fmtp", "candidate", "ssrc", "rtcp-fb", "extmap", "crypto", "ptime", "maxptime",
        "rtcp", "fingerprint", "setup", "ice-ufrag", "ice-pwd", "ice-options", "remote-candidates",
        "mid", "msid", "ssrc-group"}) {
    EXPECT_TRUE(check_attribute(name, "", Section::media)) << name;
  }
}

TEST(AttributeCheck, SaysWhereAnAttributeBelongs) {
  EXPECT_EQ(check_attribute("rtpmap", "0 PCMU/8000", Section::session),
            (Fault{"expected it after an m= line", 0}));
  EXPECT_EQ(check_attribute("ice-lite", "", Section::media),
            (Fault{"expected it before the first m= line", 0}));
}

TEST(AttributeCheck, KnowsNamesThatHaveTheWrongCase) {
  EXPECT_TRUE(has_wrong_case("RTPMAP"));
  EXPECT_FALSE(has_wrong_case("rtpmap"));
  EXPECT_FALSE(has_wrong_case("X-OWN"));
}

}  // namespace
}  // namespace godwit::sdp
