// SPDX-License-Identifier: Apache-2.0
#include "audio/rate_matcher.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "audio/tone_detector.h"

namespace godwit::audio {
namespace {

constexpr int kRate = 48'000;
constexpr std::size_t kMicrophoneFrame = 960;

TEST(RateMatcher, SamplesPassUnchangedWhileNothingIsToBeMadeUp) {
  RateMatcher matcher(kRate, 240);
  std::vector<std::int16_t> in(500);
  std::iota(in.begin(), in.end(), std::int16_t{-200});
  std::vector<std::int16_t> out(RateMatcher::most_out(in.size()));
  ASSERT_EQ(matcher.process(in, out), in.size());
  for (std::size_t i = 2; i < in.size(); ++i) EXPECT_EQ(out[i], in[i - 2]);
}

TEST(RateMatcher, TakesExactlyWhatItSaysItNeeds) {
  RateMatcher matcher(kRate, 240);
  matcher.steer(2000);
  std::vector<std::int16_t> out(kMicrophoneFrame);
  std::size_t taken = 0;
  for (int i = 0; i < 50; ++i) {
    const std::vector<std::int16_t> in(matcher.needed_for(out.size()));
    taken += in.size();
    ASSERT_EQ(matcher.process(in, out), out.size());
  }
  EXPECT_NEAR(static_cast<double>(taken), 50 * kMicrophoneFrame * (1 + matcher.speed_up()), 2);
  EXPECT_GT(matcher.speed_up(), 0.001);
}

// A buffer between a card and a call: the card pushes 10 ms at a time, the call takes 20 ms.
struct Between {
  double cards_seconds = 0;  // by its own clock, what it has pushed
  std::size_t stored = 0;
  std::size_t lowest = 0;
  int dry = 0;

  void run_a_second(RateMatcher& matcher, double cards_speed, double start) {
    std::vector<std::int16_t> out(kMicrophoneFrame);
    lowest = stored;
    bool first = true;
    for (int frame = 1; frame <= 50; ++frame) {
      const double now = (start + frame * 0.02) * cards_speed;
      for (; cards_seconds + 0.01 <= now; cards_seconds += 0.01) stored += kRate / 100;
      const std::size_t needed = matcher.needed_for(out.size());
      if (needed > stored) ++dry;
      const std::vector<std::int16_t> in(needed);
      matcher.process(in, out);
      stored -= std::min(needed, stored);
      lowest = first ? stored : std::min(lowest, stored);
      first = false;
    }
    matcher.steer(lowest);
  }
};

TEST(RateMatcher, FollowsACardThatIsFastOrSlow) {
  for (const double cards_speed : {1.0003, 0.9997, 1.002}) {
    RateMatcher matcher(kRate, 240);
    Between buffer{.stored = 1200};
    for (int second = 0; second < 300; ++second) {
      buffer.run_a_second(matcher, cards_speed, second);
      if (second == 120) buffer.dry = 0;
    }
    EXPECT_LE(buffer.dry, 1) << cards_speed;
    EXPECT_LT(buffer.lowest, 1200U) << "little of ours, and two of its blocks";
    EXPECT_NEAR(matcher.speed_up(), cards_speed - 1, 0.0006) << cards_speed;
  }
}

TEST(RateMatcher, ATonePassesAtAnotherSpeedAsATone) {
  RateMatcher matcher(kRate, 240);
  matcher.steer(kRate);
  ASSERT_EQ(matcher.speed_up(), RateMatcher::kMostSpeedUp);
  std::vector<std::int16_t> in(kRate);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double turns = 1000.0 * static_cast<double>(i) / kRate;
    in[i] = static_cast<std::int16_t>(std::lround(10'000 * std::sin(2 * std::numbers::pi * turns)));
  }
  std::vector<std::int16_t> out(RateMatcher::most_out(in.size()));
  out.resize(matcher.process(in, out));
  EXPECT_NEAR(static_cast<double>(out.size()), kRate / 1.005, 2);
  // `tone_share` counts at 8,000 samples a second: a sixth of the frequency.
  const auto middle = std::span{out}.subspan(1000, 8000);
  EXPECT_GT(tone_share(middle, 1005.0 / 6), 0.999);
}

}  // namespace
}  // namespace godwit::audio
