// SPDX-License-Identifier: Apache-2.0
#include "audio/tone_detector.h"

#include <gtest/gtest.h>

#include <vector>

#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

std::vector<std::int16_t> tone(int hz, std::size_t samples) {
  std::vector<std::int16_t> out(samples);
  ToneSource(hz).read(out);
  return out;
}

TEST(ToneDetectorTest, FindsEachToneAndNoOther) {
  for (const int hz : {100, 440, 1000, 3000}) {
    const auto samples = tone(hz, 800);
    for (const int asked : {100, 440, 1000, 3000}) {
      const double share = tone_share(samples, asked);
      EXPECT_TRUE(asked == hz ? share > 0.97 : share < 0.03) << hz << ' ' << asked;
    }
  }
}

TEST(ToneDetectorTest, AMixtureIsShared) {
  auto mixed = tone(440, 800);
  const auto other = tone(1000, 800);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    mixed[i] = static_cast<std::int16_t>(mixed[i] + other[i]);
  }
  EXPECT_NEAR(tone_share(mixed, 440), 0.5, 0.05);
  EXPECT_NEAR(tone_share(mixed, 1000), 0.5, 0.05);
}

TEST(ToneDetectorTest, SilenceHoldsNoTone) {
  EXPECT_EQ(tone_share(std::vector<std::int16_t>(160), 440), 0);
  EXPECT_EQ(tone_share({}, 440), 0);
}

}  // namespace
}  // namespace godwit::audio
