// SPDX-License-Identifier: Apache-2.0
#include "sdp/timing.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace godwit::sdp {
namespace {

using namespace std::chrono_literals;

TEST(Timing, ReadsStartAndStop) {
  EXPECT_EQ(parse_timing("3034423619 3042462419"), (Timing{3034423619, 3042462419, {}, {}}));
  EXPECT_EQ(to_string(*parse_timing(" 0  0 ")), "0 0");
}

TEST(Timing, SaysWhatIsWrong) {
  EXPECT_EQ(parse_timing("").error(), (Fault{"expected a number as the start time", 0}));
  EXPECT_EQ(parse_timing("-1 0").error(), (Fault{"expected a number as the start time", 0}));
  EXPECT_EQ(parse_timing("0 x").error(), (Fault{"expected a number as the stop time", 2}));
  EXPECT_EQ(parse_timing("0 0 0").error(), (Fault{"expected nothing after the stop time", 4}));
  EXPECT_FALSE(parse_timing("0 18446744073709551616"));
}

TEST(Timing, ReadsRepeatsWithUnitsAsSeconds) {
  const Repeat weekly{168h, 1h, {0s, 25h}};
  EXPECT_EQ(parse_repeat("604800 3600 0 90000"), weekly);
  EXPECT_EQ(parse_repeat("7d 1h 0 25h"), weekly);
  EXPECT_EQ(parse_repeat("7d 60m 0s 25h"), weekly);
  EXPECT_EQ(to_string(weekly), "604800 3600 0 90000");
}

TEST(Timing, SaysWhatIsWrongWithARepeat) {
  EXPECT_EQ(parse_repeat("0 1 0").error(), (Fault{"expected a repeat interval above 0", 0}));
  EXPECT_EQ(parse_repeat("7w 1 0").error(), (Fault{"expected a repeat interval above 0", 0}));
  EXPECT_EQ(parse_repeat("7d h 0").error(), (Fault{"expected an active duration", 3}));
  EXPECT_EQ(parse_repeat("7d 1h").error(), (Fault{"expected an offset from the start time", 5}));
  EXPECT_EQ(parse_repeat("7d 1h 0 -1").error(),
            (Fault{"expected an offset from the start time", 8}));
  EXPECT_TRUE(parse_repeat("106751991167300d 1 0"));
  EXPECT_FALSE(parse_repeat("106751991167301d 1 0"));  // more seconds than 63 bits hold
}

TEST(Timing, ReadsZoneAdjustmentsInBothDirections) {
  const auto zones = parse_zones("2882844526 -1h 2898848070 0");
  ASSERT_TRUE(zones);
  EXPECT_EQ(*zones, (std::vector<ZoneAdjustment>{{2882844526, -1h}, {2898848070, 0s}}));
  EXPECT_EQ(to_string(*zones), "2882844526 -3600 2898848070 0");
}

TEST(Timing, SaysWhatIsWrongWithZones) {
  EXPECT_EQ(parse_zones("").error(), (Fault{"expected a number as the adjustment time", 0}));
  EXPECT_EQ(parse_zones("1").error(), (Fault{"expected an offset after the adjustment time", 1}));
  EXPECT_EQ(parse_zones("1 --1").error(),
            (Fault{"expected an offset after the adjustment time", 2}));
  EXPECT_EQ(parse_zones("1 0 x 0").error(), (Fault{"expected a number as the adjustment time", 4}));
}

TEST(Timing, GeneratedValuesComeBackFromTheirText) {
  SeededRandom random(1);
  const auto span = [&] { return std::chrono::seconds(random.below(1U << 31)); };
  for (int i = 0; i < 500; ++i) {
    const Timing timing{random.u64(), random.u64() >> random.below(64), {}, {}};
    EXPECT_EQ(parse_timing(to_string(timing)), timing);
    Repeat repeat{span() + 1s, span(), {span()}};
    while (random.below(3) > 0) repeat.offsets.push_back(span());
    EXPECT_EQ(parse_repeat(to_string(repeat)), repeat);
    std::vector<ZoneAdjustment> zones{{random.u64(), span() - span()}};
    while (random.below(3) > 0) zones.push_back({random.u64(), -span()});
    EXPECT_EQ(parse_zones(to_string(zones)), zones);
  }
}

}  // namespace
}  // namespace godwit::sdp
