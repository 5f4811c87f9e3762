// SPDX-License-Identifier: Apache-2.0
#include "audio/click_detector.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

class ClickDetectorTest : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] std::vector<std::size_t> clicks_in(const Sound& sound) const {
    return find_clicks(surprises_in(sound, hz_), hz_);
  }
  const int hz_ = GetParam();
  const std::size_t second_ = static_cast<std::size_t>(hz_);
};

TEST_P(ClickDetectorTest, NeitherVoicesNorTonesNorHissesClick) {
  for (const double pitch : {90.0, 130.0, 220.0}) {
    EXPECT_TRUE(clicks_in(test::vowel(hz_, pitch, second_)).empty()) << pitch;
    EXPECT_TRUE(clicks_in(test::speech(hz_, pitch, 2 * second_)).empty()) << pitch;
  }
  EXPECT_TRUE(clicks_in(test::noise(second_, 2000)).empty());
  EXPECT_TRUE(clicks_in(Sound(second_)).empty());
  EXPECT_TRUE(clicks_in({}).empty());
}

TEST_P(ClickDetectorTest, ACutIsHeardWhereItIs) {
  Sound sound = test::sine(hz_, 440, second_);
  const auto at = static_cast<std::ptrdiff_t>(second_ / 2);
  sound.erase(sound.begin() + at, sound.begin() + at + hz_ / 900);
  const auto clicks = clicks_in(sound);
  ASSERT_EQ(clicks.size(), 1U);
  EXPECT_NEAR(static_cast<double>(clicks[0]), hz_ / 2.0, hz_ / 1000.0);
}

TEST_P(ClickDetectorTest, ASampleThatStandsOutIsOne) {
  Sound sound = test::vowel(hz_, 130, second_);
  sound[second_ / 2] = 25'000;
  EXPECT_EQ(clicks_in(sound).size(), 1U);
}

TEST_P(ClickDetectorTest, SilenceThatBreaksInIsOne) {
  Sound sound = test::sine(hz_, 440, second_);
  const auto loudest =
      std::max_element(sound.begin() + hz_ / 2, sound.begin() + hz_ / 2 + hz_ / 50);
  std::fill(loudest + 1, sound.end(), std::int16_t{0});
  EXPECT_FALSE(clicks_in(sound).empty());
}

INSTANTIATE_TEST_SUITE_P(Rates, ClickDetectorTest, testing::Values(8000, 16'000, 48'000));

}  // namespace
}  // namespace godwit::audio
