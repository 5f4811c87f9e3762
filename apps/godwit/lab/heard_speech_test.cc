// SPDX-License-Identifier: Apache-2.0
#include "lab/heard_speech.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audio/time_stretch.h"
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
  EXPECT_GT(heard.likeness, 0.999);
  EXPECT_EQ(heard.slips, 0);
  EXPECT_EQ(heard.later_ms, 0);
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
  EXPECT_EQ(heard.slips, 1);
  EXPECT_NEAR(heard.later_ms, -120, 1);
  EXPECT_GT(heard.likeness, 0.99) << "what is there is beside its own place";
}

TEST_F(HeardSpeechTest, WhatComesLaterIsNotMissing) {
  heard_.insert(heard_.begin() + 24'000, 150 * kMs, std::int16_t{0});
  const HeardSpeech heard = judge();
  EXPECT_GE(heard.silence_ms, 150);
  EXPECT_LT(heard.missing_ms, 5);
  EXPECT_NEAR(heard.later_ms, 150, 1);
}

TEST_F(HeardSpeechTest, APlayoutThatSlipsByAFrameAndTakesItBackIsAsLike) {
  // 20 ms made up, and 15 and 5 ms left out again, as a playout does on a busy machine.
  heard_.insert(heard_.begin() + 24'000, heard_.begin() + 23'840, heard_.begin() + 24'000);
  erase(30'000, 15 * kMs);
  erase(36'000, 5 * kMs);
  const HeardSpeech heard = judge();
  EXPECT_GT(heard.likeness, 0.97);
  EXPECT_EQ(heard.slips, 3);
  EXPECT_NEAR(heard.later_ms, 0, 1);
  EXPECT_EQ(heard.missing_ms, 0) << "a period of a voice is no word";
}

TEST_F(HeardSpeechTest, WhatIsMadeUpInThePlaceOfSpeechIsMissing) {
  const Samples other = make_speech(2, 1);
  std::copy_n(other.begin() + 800, 100 * kMs, heard_.begin() + 24'000);
  const HeardSpeech heard = judge();
  EXPECT_NEAR(heard.missing_ms, 100, 40) << "pauses in it were not said";
  EXPECT_EQ(heard.silence_ms, 0);
  EXPECT_LT(heard.likeness, 0.97);
}

TEST_F(HeardSpeechTest, WhatIsSaidFasterIsNotMissing) {
  Samples fast;
  const audio::TimeStretch stretch(8000);
  for (std::size_t at = 0; at + 600 <= heard_.size(); at += 600) {
    Samples piece(heard_.begin() + static_cast<std::ptrdiff_t>(at),
                  heard_.begin() + static_cast<std::ptrdiff_t>(at + 600));
    const std::size_t cut = stretch.shorten(piece, {.at_most = 120, .likeness = 0.5});
    fast.insert(fast.end(), piece.begin() + static_cast<std::ptrdiff_t>(cut), piece.end());
  }
  heard_ = fast;
  const HeardSpeech heard = judge();
  EXPECT_LT(heard.later_ms, -400);
  EXPECT_LT(heard.missing_ms, 100) << "of five seconds: hisses at their seams";
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
  EXPECT_EQ(judge().likeness, 0);
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
