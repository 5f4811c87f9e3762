// SPDX-License-Identifier: Apache-2.0
#include "audio/concealer.h"

#include <gtest/gtest.h>

#include "audio/tone_detector.h"

namespace godwit::audio {
namespace {

using Frame = std::array<std::int16_t, 160>;

TEST(ConcealerTest, RepeatsTheLastFrameAndFades) {
  Concealer concealer;
  Frame heard{};
  for (std::size_t i = 0; i < heard.size(); ++i) heard[i] = static_cast<std::int16_t>(i * 100);
  concealer.heard(heard);
  Frame out{};
  concealer.conceal(out);
  EXPECT_NEAR(out[1], 100, 1);
  EXPECT_NEAR(out[80], 8000 * 400 / 480, 20);
  const double first = power(out);
  concealer.conceal(out);
  EXPECT_LT(power(out), first);
}

TEST(ConcealerTest, IsSilentAfterSixtyMillisecondsAndUntilSomethingWasHeard) {
  Concealer concealer;
  Frame out{};
  concealer.conceal(out);
  EXPECT_EQ(power(out), 0);
  Frame heard{};
  heard.fill(5000);
  concealer.heard(heard);
  for (int i = 0; i < 3; ++i) concealer.conceal(out);
  EXPECT_GT(power(out), 0);
  concealer.conceal(out);
  EXPECT_EQ(power(out), 0);
  concealer.heard(heard);
  concealer.conceal(out);
  EXPECT_GT(power(out), 0);
}

}  // namespace
}  // namespace godwit::audio
