// SPDX-License-Identifier: Apache-2.0
#include "rtp/burst_meter.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/random.h"

namespace godwit::rtp {
namespace {

/// "." is a good packet, "x" a bad one.
void feed(BurstMeter& meter, std::string_view packets, int times = 1) {
  for (; times > 0; --times) {
    for (const char c : packets) {
      meter.on_packet(c == 'x' ? BurstMeter::Packet::bad : BurstMeter::Packet::good);
    }
  }
}

TEST(BurstMeterTest, TellsNothingOfNothing) {
  const auto figures = BurstMeter{}.figures();
  EXPECT_EQ(figures.burst_density, 0);
  EXPECT_EQ(figures.gap_length, 0);
  EXPECT_EQ(figures.burst_ratio, 1);
}

TEST(BurstMeterTest, ALossAmongSixteenGoodPacketsOnEachSideStandsAlone) {
  BurstMeter meter;
  feed(meter, "................x................x................");
  const auto figures = meter.figures();
  EXPECT_EQ(figures.burst_density, 0);
  EXPECT_DOUBLE_EQ(figures.gap_density, 2.0 / 50);
  EXPECT_DOUBLE_EQ(figures.gap_length, 50);
}

TEST(BurstMeterTest, LossesLessThanSixteenApartAreOneBurst) {
  BurstMeter meter;
  feed(meter, ".", 40);
  feed(meter, "xx..x...............x");  // 15 good ones are not enough to part it
  feed(meter, ".", 40);
  const auto figures = meter.figures();
  EXPECT_DOUBLE_EQ(figures.burst_length, 21);
  EXPECT_DOUBLE_EQ(figures.burst_density, 4.0 / 21);
  EXPECT_EQ(figures.gap_density, 0);
  EXPECT_DOUBLE_EQ(figures.gap_length, 40);
}

TEST(BurstMeterTest, MeansAreOfAllBursts) {
  BurstMeter meter;
  feed(meter, ".", 20);
  feed(meter, "xx");
  feed(meter, ".", 20);
  feed(meter, "xxxx");
  feed(meter, ".", 20);
  EXPECT_DOUBLE_EQ(meter.figures().burst_length, 3);
  EXPECT_DOUBLE_EQ(meter.figures().gap_length, 20);
  EXPECT_DOUBLE_EQ(meter.figures().burst_density, 1);
}

TEST(BurstMeterTest, ABurstThatIsNotOverYetCounts) {
  BurstMeter meter;
  feed(meter, "....................x.x");
  EXPECT_DOUBLE_EQ(meter.figures().burst_length, 3);
  EXPECT_DOUBLE_EQ(meter.figures().gap_length, 10);  // the one before and an empty one after
}

TEST(BurstMeterTest, LossesByChanceHaveABurstRatioOfOneAndRunsMore) {
  SeededRandom random(3);
  BurstMeter chance;
  for (int i = 0; i < 100'000; ++i) {
    chance.on_packet(random.below(100) < 5 ? BurstMeter::Packet::bad : BurstMeter::Packet::good);
  }
  EXPECT_NEAR(chance.figures().burst_ratio, 1, 0.03);
  BurstMeter runs;
  feed(runs, "xxxx................................................................", 100);
  EXPECT_NEAR(runs.figures().burst_ratio, 4 * (1 - 4.0 / 68), 0.001);
}

TEST(BurstMeterTest, AStreamOfWhichNothingCameIsOneBurst) {
  BurstMeter meter;
  feed(meter, "x", 100);
  EXPECT_DOUBLE_EQ(meter.figures().burst_density, 1);
  EXPECT_DOUBLE_EQ(meter.figures().burst_length, 100);
  EXPECT_EQ(meter.figures().burst_ratio, 1);  // cannot be told
}

}  // namespace
}  // namespace godwit::rtp
