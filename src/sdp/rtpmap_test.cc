// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtpmap.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(Rtpmap, ReadsAndWritesEveryPart) {
  EXPECT_EQ(parse_rtpmap("96 opus/48000/2"), (Rtpmap{96, "opus", 48000, "2"}));
  EXPECT_EQ(to_string(Rtpmap{101, "telephone-event", 8000, ""}), "101 telephone-event/8000");
  test::expect_good(parse_rtpmap, {"0 PCMU/8000", "127 x!/1/y", " 96\topus/48000/2  "});
}

TEST(Rtpmap, FaultsAreThoseOfTheScanner) {
  test::expect_bad(parse_rtpmap, {{"96 x", 4, "expected \"/\" and a clock rate"}});
}

TEST(Rtpmap, ReadsBackWhateverItHolds) {
  SeededRandom random(2);
  for (int i = 0; i < 500; ++i) {
    Rtpmap rtpmap{static_cast<std::uint8_t>(random.below(128)), random.token(1 + random.below(8)),
                  1 + static_cast<std::uint32_t>(random.below(0xffff'ffff)), ""};
    if (random.below(2) == 0) rtpmap.parameters = std::to_string(1 + random.below(255));
    test::expect_reads_back(parse_rtpmap, rtpmap);
  }
}

}  // namespace
}  // namespace godwit::sdp
