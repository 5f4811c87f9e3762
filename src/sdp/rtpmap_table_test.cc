// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtpmap_table.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sdp {
namespace {

TEST(RtpmapTable, FindsWhatThePayloadTypesOfALineStandFor) {
  const std::string text =
      "v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 1 RTP/AVP 0 96 98\r\na=rtpmap:96 opus/48000/2\r\n"
      "a=x\r\na=rtpmap:98 spoilt\r\na=rtpmap:96 other/8000\r\na=rtpmap:200 x/1\r\n"
      "m=audio 2 RTP/AVP 96\r\na=rtpmap:96 G726-32/8000\r\na=rtpmap:0 L8/16000\r\n";
  SessionView view;
  ASSERT_EQ(view.read(text), std::nullopt);
  const RtpmapTable first(view, 0);
  EXPECT_EQ(first.find("0")->encoding, "PCMU");
  EXPECT_EQ(first.find("96")->encoding, "opus");
  EXPECT_EQ(first.find("96")->parameters, "2");
  for (const char* const unknown : {"97", "98", "128", "200", "256", "t38", ""}) {
    EXPECT_FALSE(first.find(unknown).has_value()) << unknown;
  }
  const RtpmapTable second(view, 1);
  EXPECT_EQ(second.find("96")->encoding, "G726-32");
  EXPECT_EQ(second.find("0")->clock_rate, 16000U);
}

TEST(RtpmapTable, KnowsTheStaticTypesOfSound) {
  EXPECT_EQ(static_rtpmap(10)->parameters, "2");
  EXPECT_EQ(static_rtpmap(18)->encoding, "G729");
  EXPECT_FALSE(static_rtpmap(1).has_value());
  EXPECT_FALSE(static_rtpmap(96).has_value());
}

}  // namespace
}  // namespace godwit::sdp
