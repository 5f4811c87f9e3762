// SPDX-License-Identifier: Apache-2.0
#include "media/e_model.h"

#include <gtest/gtest.h>

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

const CodecImpairment kG711 = impairment_of("PCMU", 8000);

double r_with_loss(double loss, double burst_ratio = 1) {
  return r_factor(kG711, {.loss = loss, .burst_ratio = burst_ratio});
}

// ITU-T G.107 §7.7: with all default values R is 93.2, and annex B makes a MOS of 4.41 of it.
TEST(EModelTest, AnUndisturbedCallHasTheDefaultRating) {
  EXPECT_NEAR(r_with_loss(0), 93.2, 0.05);
  EXPECT_NEAR(mos_of(93.2), 4.41, 0.005);
}

// Annex B, table B.1: the limits of user satisfaction.
TEST(EModelTest, MakesTheMosOfTableB1) {
  EXPECT_NEAR(mos_of(90), 4.34, 0.005);
  EXPECT_NEAR(mos_of(80), 4.03, 0.01);
  EXPECT_NEAR(mos_of(70), 3.60, 0.005);
  EXPECT_NEAR(mos_of(60), 3.10, 0.005);
  EXPECT_NEAR(mos_of(50), 2.58, 0.005);
  EXPECT_EQ(mos_of(-5), 1);
  EXPECT_EQ(mos_of(3), 1) << "the polynomial dips below its own floor";
  EXPECT_EQ(mos_of(120), 4.5);
}

// Ie-eff of G.711 with concealment: 95 p / (p + 25.1).
TEST(EModelTest, LossesWeighAsTheyDoOnConcealedG711) {
  EXPECT_NEAR(r_with_loss(0.01), 93.2 - 3.64, 0.05);
  EXPECT_NEAR(r_with_loss(0.05), 93.2 - 15.78, 0.05);
  EXPECT_NEAR(mos_of(r_with_loss(0.05)), 3.92, 0.01);
  EXPECT_NEAR(r_with_loss(0.20), 93.2 - 42.13, 0.05);
  EXPECT_NEAR(r_with_loss(1), 93.2 - 75.94, 0.05);
}

TEST(EModelTest, LossesInBurstsWeighMore) {
  EXPECT_NEAR(r_with_loss(0.05, 2), 93.2 - 95 * 5 / (2.5 + 25.1), 0.05);
  EXPECT_EQ(r_with_loss(0.05, 9), r_with_loss(0.05, 2));
  EXPECT_EQ(r_with_loss(0.05, 0.2), r_with_loss(0.05, 1));
}

// Reckoned with the formulas of G.107 §7.4 in full, the noise terms included.
TEST(EModelTest, DelayHurtsFromOneHundredAndFiftyMillisecondsOn) {
  const auto r = [](Duration one_way) { return r_factor(kG711, {.one_way = one_way}); };
  EXPECT_NEAR(r(50ms), 91.76, 0.05);
  EXPECT_NEAR(r(100ms), 90.66, 0.05);
  EXPECT_NEAR(r(150ms), 89.54, 0.05);
  EXPECT_NEAR(r(200ms), 85.81, 0.05);
  EXPECT_NEAR(r(300ms), 72.67, 0.05);
  EXPECT_NEAR(r(400ms), 62.25, 0.05);
  EXPECT_NEAR(r(-5ms), 93.2, 0.05);
}

TEST(EModelTest, WiderBandsHaveScalesOfTheirOwn) {
  const CodecImpairment g722 = impairment_of("G722", 16'000);
  EXPECT_EQ(g722.scale, MosScale::wideband);
  EXPECT_NEAR(r_factor(g722, {}), (129 - 13) / 1.29, 0.2);
  EXPECT_NEAR(mos_of(r_factor(g722, {})), 4.34, 0.01);

  const CodecImpairment opus = impairment_of("OPUS", 48'000);
  EXPECT_EQ(opus.scale, MosScale::fullband);
  EXPECT_NEAR(r_factor(opus, {}), (148 - 7.2) / 1.48, 0.2);
  EXPECT_NEAR(r_factor(opus, {.loss = 0.05}),
              (148 - 7.2 - (132 - 7.2) * 5 / (5 + 11.4)) / 1.48, 0.2);
}

TEST(EModelTest, CodecsThatNobodyMeasuredCountAsPlainSoundOfTheirRate) {
  EXPECT_EQ(impairment_of("L16", 8000), kG711);
  EXPECT_EQ(impairment_of("L16", 16'000).scale, MosScale::wideband);
  EXPECT_EQ(impairment_of("x-own", 48'000).scale, MosScale::fullband);
}

}  // namespace
}  // namespace godwit::media
