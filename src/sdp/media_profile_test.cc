// SPDX-License-Identifier: Apache-2.0
#include "sdp/media_profile.h"

#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

TEST(MediaProfileTest, ReadsBackEveryProfileOfRtpOverUdp) {
  for (const bool feedback : {false, true}) {
    for (const MediaProfile profile : {MediaProfile{false, feedback, false},
                                       MediaProfile{true, feedback, false},
                                       MediaProfile{true, feedback, true}}) {
      EXPECT_EQ(parse_profile(to_string(profile)), profile) << to_string(profile);
    }
  }
  EXPECT_EQ(parse_profile("udp/tls/rtp/savpf"), (MediaProfile{true, true, true}));
}

TEST(MediaProfileTest, KnowsNoOther) {
  for (const char* const other : {"", "udptl", "TCP/TLS/RTP/SAVP", "RTP/AVPX", "UDP/TLS/UDPTL"}) {
    EXPECT_EQ(parse_profile(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace godwit::sdp
