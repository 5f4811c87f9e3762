// SPDX-License-Identifier: Apache-2.0
#include "lab/speech_search.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lab/speech.h"

namespace godwit::lab {
namespace {

Samples second_of(const Samples& speech, std::size_t at) {
  return {speech.begin() + static_cast<std::ptrdiff_t>(at),
          speech.begin() + static_cast<std::ptrdiff_t>(at + 8000)};
}

TEST(SpeechSearch, FindsAPieceWhereItIs) {
  const Samples speech = make_speech(1, 20);
  const SpeechMatch match = SpeechSearch(speech).find(second_of(speech, 123'456));
  EXPECT_EQ(match.at, 123'456U);
  EXPECT_GT(match.likeness, 0.999);
}

TEST(SpeechSearch, FindsItAcrossLoudnessAndQuantising) {
  const Samples speech = make_speech(1, 12);
  Samples coarse = speech;
  for (auto& sample : coarse) sample = static_cast<std::int16_t>(sample / 600 * 200);
  const SpeechMatch match = SpeechSearch(coarse).find(second_of(speech, 50'000), 50'000);
  EXPECT_EQ(match.at, 50'000U);
  EXPECT_GT(match.likeness, 0.9);
}

TEST(SpeechSearch, FindsItAcrossFramesThatSlipped) {
  const Samples speech = make_speech(1, 12);
  Samples slipped;
  for (std::size_t at = 0; at < speech.size(); at += 5600) {  // a frame of silence every 700 ms
    const std::size_t end = std::min(at + 5600, speech.size());
    slipped.insert(slipped.end(), speech.begin() + static_cast<std::ptrdiff_t>(at),
                   speech.begin() + static_cast<std::ptrdiff_t>(end));
    slipped.insert(slipped.end(), 160, 0);
  }
  const SpeechSearch search(slipped);
  for (std::size_t at = 8000; at < 80'000; at += 4000) {
    EXPECT_GT(search.find(second_of(speech, at)).likeness, 0.8) << at;
  }
}

TEST(SpeechSearch, DoesNotTakeAnotherVoiceForIt) {
  const Samples alice = make_speech(1, 20);
  const Samples bob = make_speech(2, 20);
  for (std::size_t at = 0; at < 150'000; at += 30'000) {
    EXPECT_LT(SpeechSearch(alice).find(second_of(bob, at)).likeness, 0.7);
  }
}

TEST(SpeechSearch, DoesNotTakeAnotherMomentForIt) {
  const Samples speech = make_speech(1, 20);
  const Samples first_half(speech.begin(), speech.begin() + 80'000);
  const SpeechSearch search(first_half);
  for (std::size_t at = 80'000; at < 150'000; at += 20'000) {
    EXPECT_LT(search.find(second_of(speech, at)).likeness, 0.7);
  }
}

TEST(SpeechSearch, FindsNothingInSilenceOrNothing) {
  const Samples speech = make_speech(1, 2);
  EXPECT_EQ(SpeechSearch(Samples(80'000, 0)).find(speech).likeness, 0);
  EXPECT_EQ(SpeechSearch(Samples()).find(speech).likeness, 0);
  EXPECT_EQ(SpeechSearch(speech).find(Samples(8000, 0)).likeness, 0);
}

}  // namespace
}  // namespace godwit::lab
