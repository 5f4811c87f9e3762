// SPDX-License-Identifier: Apache-2.0
#include "lab/heard_speech.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lab/speech.h"

namespace godwit::lab {
namespace {

constexpr std::size_t kMs = 8;  // samples

class HeardSpeechTest : public ::testing::Test {
 protected:
  HeardSpeechTest() {
    heard_.assign(137 * kMs, 0);
    heard_.insert(heard_.end(), said_.begin(), said_.end());
  }
  [[nodiscard]] HeardSpeech judge() const {
    return SpeechComparison(said_, heard_).judge({.from = 8000, .until = heard_.size()});
  }
  void erase(std::size_t at, std::size_t count) {
    const auto from = heard_.begin() + static_cast<std::ptrdiff_t>(at);
    heard_.erase(from, from + static_cast<std::ptrdiff_t>(count));
  }

  Samples said_ = make_speech(1, 6);
  Samples heard_;
};

TEST_F(HeardSpeechTest, WhatCameWholeIsLikeWhatWasSaid) {
  const HeardSpeech heard = judge();
  EXPECT_TRUE(heard.heard());
  EXPECT_EQ(heard.found, heard.windows);
  EXPECT_GT(heard.weakest, 0.999);
  EXPECT_EQ(heard.silence_ms, 0);
  EXPECT_EQ(heard.missing_ms, 0);
  EXPECT_EQ(heard.clicks, 0);
}

TEST_F(HeardSpeechTest, AHoleIsSilentAndItsSpeechMissing) {
  std::fill_n(heard_.begin() + 24'000, 200 * kMs, std::int16_t{0});
  const HeardSpeech heard = judge();
  EXPECT_NEAR(heard.silence_ms, 200, 50) << "a pause may stand beside it";
  EXPECT_NEAR(heard.missing_ms, 200, 60) << "pauses in it were not said";
  EXPECT_TRUE(heard.heard());
}

TEST_F(HeardSpeechTest, WhatIsJumpedOverIsMissingWithoutSilence) {
  erase(24'000, 120 * kMs);
  const HeardSpeech heard = judge();
  EXPECT_EQ(heard.silence_ms, 0);
  EXPECT_NEAR(heard.missing_ms, 120, 3);
  EXPECT_LT(heard.weakest, 0.99);
}

TEST_F(HeardSpeechTest, WhatComesLaterIsNotMissing) {
  heard_.insert(heard_.begin() + 24'000, 150 * kMs, std::int16_t{0});
  const HeardSpeech heard = judge();
  EXPECT_GE(heard.silence_ms, 150);
  EXPECT_LT(heard.missing_ms, 5);
}

TEST_F(HeardSpeechTest, AJumpOfTheWaveIsAClick) {
  for (const std::size_t at : {20'000U, 30'000U}) {
    heard_[at] = static_cast<std::int16_t>(heard_[at] > 0 ? -25'000 : 25'000);
  }
  const HeardSpeech heard = judge();
  EXPECT_GE(heard.clicks, 2);
  EXPECT_EQ(heard.missing_ms, 0);
}

TEST_F(HeardSpeechTest, AnotherVoiceIsNotHeard) {
  heard_ = make_speech(2, 6);
  EXPECT_FALSE(judge().heard());
}

TEST_F(HeardSpeechTest, AnEmptyRecordingProvesNothing) {
  heard_.clear();
  EXPECT_FALSE(judge().heard());
  EXPECT_EQ(judge().weakest, 0);
}

TEST_F(HeardSpeechTest, WhatIsPlayedInALoopGoesOn) {
  heard_.insert(heard_.end(), said_.begin(), said_.end());
  const HeardSpeech heard = judge();
  EXPECT_EQ(heard.missing_ms, 0);
  EXPECT_EQ(heard.found, heard.windows);
}

TEST(LongestSilence, LeavesOutThePausesOfSpeech) {
  Samples samples(8000, 1000);
  std::fill_n(samples.begin() + 1000, 60 * kMs, std::int16_t{3});
  EXPECT_EQ(longest_silence_ms(samples), 0);
  std::fill_n(samples.begin() + 3000, 61 * kMs, std::int16_t{-3});
  EXPECT_EQ(longest_silence_ms(samples), 61);
}

}  // namespace
}  // namespace godwit::lab
