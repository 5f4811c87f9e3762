// SPDX-License-Identifier: Apache-2.0
#include "lab/speech_proof.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lab/clock.h"
#include "lab/g711_decode.h"
#include "lab/speech.h"

namespace godwit::lab {
namespace {

std::uint8_t encode_pcmu(std::int16_t sample) {
  int best = 0;
  int error = 1 << 20;
  for (int code = 0; code < 256; ++code) {
    const int here = std::abs(decode_pcmu(static_cast<std::uint8_t>(code)) - sample);
    if (here < error) {
      error = here;
      best = code;
    }
  }
  return static_cast<std::uint8_t>(best);
}

class SpeechProofTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i + 160 <= speech_.size(); i += 160) {
      SeenRtp rtp;
      rtp.at.time_ns = static_cast<std::int64_t>(i) * kNsPerSecond / 8000;
      rtp.timestamp = static_cast<std::uint32_t>(i + 12345);
      for (std::size_t k = 0; k < 160; ++k) rtp.payload.push_back(encode_pcmu(speech_[i + k]));
      packets_.push_back(rtp);
    }
    for (const SeenRtp& packet : packets_) task_.sent.push_back(&packet);
    task_.from_ns = kNsPerSecond;
    task_.until_ns = 5 * kNsPerSecond;
  }
  Samples speech_ = make_speech(1, 6);
  std::vector<SeenRtp> packets_;
  SpeechTask task_;
};

TEST_F(SpeechProofTest, HearsWhatArrivedLater) {
  Samples late(4321, 0);
  late.insert(late.end(), speech_.begin(), speech_.end());
  const SpeechProof proof = prove_speech(task_, SpeechSearch(speech_), SpeechSearch(late));
  EXPECT_EQ(proof.found, proof.windows);
  EXPECT_GT(proof.windows, 3);
  EXPECT_TRUE(proof.heard());
}

TEST_F(SpeechProofTest, DoesNotHearWhatOnlyLeftThere) {
  Samples deaf = speech_;
  std::fill(deaf.begin() + 8000, deaf.end(), std::int16_t{0});
  EXPECT_FALSE(prove_speech(task_, SpeechSearch(speech_), SpeechSearch(deaf)).heard());
}

TEST_F(SpeechProofTest, DoesNotTakeAnotherFileForTheOneGiven) {
  const SpeechSearch other(make_speech(2, 6));
  EXPECT_FALSE(prove_speech(task_, other, SpeechSearch(speech_)).heard());
}

TEST_F(SpeechProofTest, NothingSentIsNothingHeard) {
  task_.sent.clear();
  EXPECT_FALSE(prove_speech(task_, SpeechSearch(speech_), SpeechSearch(speech_)).heard());
}

TEST_F(SpeechProofTest, NoTimeToSpeakProvesNothing) {
  task_.until_ns = task_.from_ns + kNsPerSecond;
  EXPECT_FALSE(prove_speech(task_, SpeechSearch(speech_), SpeechSearch(speech_)).heard());
}

}  // namespace
}  // namespace godwit::lab
