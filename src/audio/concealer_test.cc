// SPDX-License-Identifier: Apache-2.0
#include "audio/concealer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

/// Loses so many packets of 20 ms, again and again, and gives what is played.
Sound play_with_losses(int hz, const Sound& said, std::size_t heard_packets, std::size_t lost) {
  Concealer concealer(hz);
  Sound played = said;
  const std::size_t packet = static_cast<std::size_t>(hz) / 50;
  for (std::size_t i = 0; i + packet <= played.size(); i += packet) {
    const auto frame = std::span{played}.subspan(i, packet);
    if (i / packet % (heard_packets + lost) < heard_packets) {
      concealer.heard(frame);
    } else {
      concealer.conceal(frame);
    }
  }
  return played;
}

/// What a simple phone does: the last packet again.
Sound play_with_repetition(int hz, const Sound& said, std::size_t heard_packets) {
  Sound played = said;
  const std::size_t packet = static_cast<std::size_t>(hz) / 50;
  for (std::size_t i = packet; i + packet <= played.size(); i += packet) {
    if (i / packet % (heard_packets + 1) == heard_packets) {
      std::copy_n(played.begin() + static_cast<std::ptrdiff_t>(i - packet), packet,
                  played.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return played;
}

class ConcealerRateTest : public testing::TestWithParam<int> {
 protected:
  const int hz_ = GetParam();
  const std::size_t second_ = static_cast<std::size_t>(hz_);
};

TEST_P(ConcealerRateTest, AVowelGoesOnMuchBetterThanARepeatedPacket) {
  for (const double pitch : {90.0, 150.0, 240.0}) {
    const Sound said = test::vowel(hz_, pitch, second_);
    const double concealed = test::signal_to_noise(said, play_with_losses(hz_, said, 9, 1));
    const double repeated = test::signal_to_noise(said, play_with_repetition(hz_, said, 9));
    EXPECT_GT(concealed, repeated + 3) << pitch << " Hz: " << concealed << ", " << repeated;
    EXPECT_GT(concealed, 12) << pitch << " Hz";
  }
}

TEST_P(ConcealerRateTest, NoJointClicks) {
  for (const double pitch : {90.0, 180.0}) {
    const Sound said = test::vowel(hz_, pitch, second_);
    for (const std::size_t lost : {1U, 2U, 3U, 5U}) {
      const Sound played = play_with_losses(hz_, said, 7, lost);
      EXPECT_LE(test::largest_step(played), test::largest_step(said) * 5 / 4)
          << pitch << ' ' << lost;
    }
  }
}

TEST_P(ConcealerRateTest, ASineRunsThroughALostPacket) {
  const Sound said = test::sine(hz_, 440, second_);
  const Sound played = play_with_losses(hz_, said, 9, 1);
  EXPECT_GT(test::signal_to_noise(said, played), 15);
  EXPECT_LE(test::largest_step(played), test::largest_step(said) * 5 / 4);
}

TEST_P(ConcealerRateTest, FadesAfterTenMillisecondsAndIsSilentAfterSixty) {
  Concealer concealer(hz_);
  Sound said = test::vowel(hz_, 125, second_ / 5);
  concealer.heard(said);
  const std::size_t ten_ms = second_ / 100;
  Sound made(8 * ten_ms);
  concealer.conceal(made);
  const auto part = [&](std::size_t i) { return std::span{made}.subspan(i * ten_ms, ten_ms); };
  const double loud = test::level(std::span{said}.last(2 * ten_ms));
  EXPECT_NEAR(test::level(part(0)) / loud, 1, 0.25);
  EXPECT_NEAR(test::level(part(3)) / loud, 0.5, 0.2);
  EXPECT_LT(test::level(part(5)) / loud, 0.2);
  EXPECT_EQ(test::energy(part(6)), 0);
  EXPECT_EQ(test::energy(part(7)), 0);
}

TEST_P(ConcealerRateTest, SoundReturnsSlowlyAfterALongLoss) {
  Concealer concealer(hz_);
  Sound said = test::sine(hz_, 200, second_ / 10, 20'000);
  concealer.heard(said);
  Sound made(second_ / 5);
  concealer.conceal(made);
  Sound again = test::sine(hz_, 200, second_ / 10, 20'000);
  std::rotate(again.begin(), again.begin() + hz_ / 800, again.end() - hz_ / 200);  // at its peak
  concealer.heard(again);
  EXPECT_LT(std::abs(again.front()), 1000);
  EXPECT_NEAR(again[second_ / 100], 20'000, 2500);  // whole after 10 ms
}

INSTANTIATE_TEST_SUITE_P(Rates, ConcealerRateTest,
                         testing::Values(8000, 16'000, 32'000, 44'100, 48'000));

TEST(ConcealerTest, WithoutAnythingHeardThereIsSilence) {
  Concealer concealer;
  Sound made(800, 1);
  concealer.conceal(made);
  EXPECT_EQ(test::energy(made), 0);
}

TEST(ConcealerTest, TakesPiecesOfAnyLength) {
  const Sound said = test::vowel(8000, 125, 8000);
  for (const std::size_t piece : {1U, 7U, 80U, 163U, 1000U}) {
    Concealer whole;
    Concealer pieces;
    Sound one = said;
    Sound other = said;
    whole.heard(std::span{one}.first(4000));
    whole.conceal(std::span{one}.subspan(4000, 320));
    whole.heard(std::span{one}.subspan(4320));
    for (std::size_t i = 0; i < said.size();) {
      const std::size_t end = i < 4000 ? 4000 : i < 4320 ? 4320 : said.size();
      const auto part = std::span{other}.subspan(i, std::min(piece, end - i));
      i == 4000 || (i > 4000 && i < 4320) ? pieces.conceal(part) : pieces.heard(part);
      i += part.size();
    }
    EXPECT_EQ(one, other) << piece;
  }
}

TEST(ConcealerTest, WhatIsNotLostIsNotChanged) {
  const Sound said = test::vowel(8000, 125, 8000);
  EXPECT_EQ(play_with_losses(8000, said, 1, 0), said);
}

TEST(ConcealerTest, NoiseIsNotTurnedIntoATone) {
  const Sound said = test::noise(8000, 1000);
  const Sound played = play_with_losses(8000, said, 9, 1);
  EXPECT_NEAR(test::level(played) / test::level(said), 1, 0.1);
}

TEST(ConcealerTest, AHissGetsNoLouderWhereItIsLost) {
  const Sound said = test::noise(16'000, 3000);
  const Sound played = play_with_losses(8000, said, 2, 1);
  double made_up = 0;
  int losses = 0;
  for (std::size_t at = 320; at + 20 <= played.size(); at += 480, ++losses) {
    made_up += test::energy(std::span{played}.subspan(at, 20));  // 2.5 ms
  }
  EXPECT_LT(made_up / losses / 20, 3000.0 * 3000.0 * 1.1);
}

TEST(ConcealerTest, TheLoudestSoundDoesNotOverflow) {
  Sound said(8000);
  for (std::size_t i = 0; i < said.size(); ++i) said[i] = i / 37 % 2 == 0 ? 32'767 : -32'768;
  const Sound played = play_with_losses(8000, said, 3, 2);
  EXPECT_LT(test::level(played), 32'768);
}

}  // namespace
}  // namespace godwit::audio
