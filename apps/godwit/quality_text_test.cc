// SPDX-License-Identifier: Apache-2.0
#include "quality_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;

CallQuality measured() {
  CallQuality quality;
  quality.now.at = 7s;
  quality.now.packets = 50;
  quality.now.lost = 1;
  quality.now.jitter = 2ms;
  quality.now.round_trip = 51ms;
  quality.now.mos = 4.24;
  quality.seconds = 7;
  quality.packets = 350;
  quality.lost = 6;
  quality.discarded = 1;
  quality.mos = 4.3;
  quality.mos_least = 4.1;
  quality.mos_most = 4.4;
  quality.longest_gap = 62ms;
  return quality;
}

TEST(QualityTextTest, TheLiveLineSaysHowItIsNow) {
  EXPECT_EQ(quality_now({}), "");
  EXPECT_EQ(quality_now(measured()), "MOS 4.2  loss 2.0 %  jitter 2 ms  round trip 51 ms");
}

TEST(QualityTextTest, TheSummaryTellsOfBothDirections) {
  EXPECT_EQ(quality_summary({}), "");
  CallQuality quality = measured();
  const std::string ours =
      "MOS 4.30 (4.10 to 4.40, narrowband), 2.00 % not heard, longest gap 62 ms, round trip 51 ms";
  EXPECT_EQ(quality_summary(quality), ours);
  quality.far_end = FarQuality{.at = 6s, .loss = 0.01, .lost = 3, .jitter = 1500us, .mos = 4.2};
  EXPECT_EQ(quality_summary(quality),
            ours + "\nThe peer lost 3 of our packets, jitter 1.5 ms, MOS 4.2");
}

TEST(QualityTextTest, JsonHasEveryFieldWhetherItIsKnownOrNot) {
  const Json unknown = to_json(CallQuality{});
  EXPECT_TRUE(unknown["far_end"]["mos"].is_null());
  EXPECT_TRUE(unknown["now"]["round_trip_ms"].is_null());
  CallQuality quality = measured();
  quality.far_end = FarQuality{.loss = 0.25, .r_factor = 88};
  const Json known = to_json(quality);
  EXPECT_EQ(known["loss_percent"], 2);
  EXPECT_EQ(known["now"]["at_ms"], 7000);
  EXPECT_EQ(known["far_end"]["loss_percent"], 25);
  EXPECT_EQ(known["far_end"]["r_factor"], 88);
  EXPECT_EQ(known.size(), unknown.size());
}

TEST(QualityTextTest, ALimitIsTold) {
  EXPECT_EQ(to_text(QualityChanged{{}, QualityMeasure::round_trip, true, 512, 400}),
            "round trip of 512 ms, more than 400 ms");
  EXPECT_EQ(to_text(QualityChanged{{}, QualityMeasure::mos, true, 2.5, 3}),
            "MOS of 2.5, less than 3");
  EXPECT_EQ(to_text(QualityChanged{{}, QualityMeasure::loss, false, 0, 0.01}),
            "loss of 0 %, less than 1 %");
}

}  // namespace
}  // namespace godwit::cli
