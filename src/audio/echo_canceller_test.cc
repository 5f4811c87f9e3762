// SPDX-License-Identifier: Apache-2.0
#include "audio/echo_canceller.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <vector>

#include "audio/tone_detector.h"
#include "audio/tone_source.h"
#include "base/random.h"

namespace godwit::audio {
namespace {

constexpr std::size_t kBlockOf20Ms = 160;

// A room: what the loudspeaker says comes back weaker, later and once more from the wall.
class Room {
 public:
  std::int16_t hear(std::int16_t said) {
    past_.push_front(said);
    past_.pop_back();
    return static_cast<std::int16_t>(past_[480] / 2 - past_[700] / 5);
  }

 private:
  std::deque<std::int16_t> past_ = std::deque<std::int16_t>(1000);
};

class EchoCancellerTest : public ::testing::Test {
 protected:
  // Somebody at the far end talks: noise in bursts, as speech comes in syllables.
  std::vector<std::int16_t> far_frame() {
    std::vector<std::int16_t> frame(kBlockOf20Ms);
    const bool pause = frame_++ % 25 > 19;
    for (auto& sample : frame) {
      sample = pause ? std::int16_t{0} : static_cast<std::int16_t>(random_.below(12'000)) - 6000;
    }
    return frame;
  }
  // @return power of the echo, and of what is left of it, over so many frames
  std::pair<double, double> run(int frames) {
    double echo = 0;
    double left = 0;
    for (int i = 0; i < frames; ++i) {
      const auto far = far_frame();
      std::vector<std::int16_t> heard(far.size());
      for (std::size_t n = 0; n < far.size(); ++n) heard[n] = room_.hear(far[n]);
      echo += power(heard);
      canceller_.played(far);
      canceller_.clean(heard);
      left += power(heard);
    }
    return {echo, left};
  }

  SeededRandom random_{7};
  Room room_;
  EchoCanceller canceller_{8000};
  int frame_ = 0;
};

TEST_F(EchoCancellerTest, AnEchoIsTwentyDecibelsWeakerOnceTheRoomIsKnown) {
  run(250);
  const auto [echo, left] = run(50);
  EXPECT_GT(10 * std::log10(echo / left), 20) << "dB";
}

TEST_F(EchoCancellerTest, WhoSpeaksHereIsHeard) {
  run(250);
  ToneSource voice(500);
  double said = 0;
  double passed = 0;
  for (int i = 0; i < 50; ++i) {
    std::vector<std::int16_t> frame(kBlockOf20Ms);
    voice.read(frame);
    if (i >= 10) said += power(frame);
    canceller_.played(std::vector<std::int16_t>(kBlockOf20Ms));
    canceller_.clean(frame);
    if (i >= 10) passed += power(frame);
  }
  EXPECT_NEAR(10 * std::log10(passed / said), 0, 1) << "dB";
}

TEST_F(EchoCancellerTest, WhatIsPlayedWhileNobodyListensIsForgotten) {
  for (int i = 0; i < 100; ++i) canceller_.played(far_frame());
  std::vector<std::int16_t> frame(kBlockOf20Ms);
  for (int i = 0; i < 100; ++i) canceller_.clean(frame);
  run(600);
  const auto [echo, left] = run(50);
  EXPECT_GT(10 * std::log10(echo / left), 15) << "dB: what waits is what was said last";
}

}  // namespace
}  // namespace godwit::audio
