// SPDX-License-Identifier: Apache-2.0
#include "audio/digit_detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "audio/concealer.h"
#include "audio/digit_tones.h"
#include "audio/g711.h"
#include "base/random.h"

namespace godwit::audio {
namespace {

using namespace std::chrono_literals;
using Digit = DigitDetector::Digit;
using Sound = std::vector<std::int16_t>;

/// Sound made of pieces; what is found in it.
class DigitDetectorTest : public ::testing::Test {
 protected:
  void silence(int ms) { sound_.insert(sound_.end(), static_cast<std::size_t>(ms) * 8, 0); }
  /// `level` and the high tone's `twist` in dB, `off` as a factor of both frequencies.
  void tones(double low, double high, int samples, double level = -8, double twist = 0) {
    const double a = 32'124 * std::pow(10, (level - 3.14) / 20);
    const double b = a * std::pow(10, twist / 20);
    for (int i = 0; i < samples; ++i) {
      const double turn = 2 * std::numbers::pi * i / 8000;
      sound_.push_back(
          static_cast<std::int16_t>(a * std::sin(turn * low) + b * std::sin(turn * high)));
    }
  }
  void five(int ms, double level = -8, double twist = 0) { tones(770, 1336, ms * 8, level, twist); }

  std::vector<Digit> hear() {
    silence(100);
    DigitDetector detector;
    std::vector<Digit> found;
    for (std::size_t at = 0; at + 160 <= sound_.size(); at += 160) {
      if (const auto digit = detector.hear(std::span{sound_}.subspan(at, 160))) {
        found.push_back(*digit);
      }
    }
    sound_.clear();
    return found;
  }
  std::string digits() {
    std::string text;
    for (const Digit& digit : hear()) text += digit.digit;
    return text;
  }

  Sound sound_;
};

TEST_F(DigitDetectorTest, FindsEveryDigitThroughBothLaws) {
  for (const Law codec : {Law::pcmu, Law::pcma}) {
    DigitTones source;
    ASSERT_TRUE(source.queue(kDigits, 50ms));
    sound_.resize(16 * 880 + 800);
    source.replace(sound_);
    std::vector<std::byte> coded(sound_.size());
    encode(codec, sound_, coded);
    decode(codec, coded, sound_);
    EXPECT_EQ(digits(), kDigits);
  }
}

TEST_F(DigitDetectorTest, FindsEveryDigitAtEveryRate) {
  DigitDetector detector;
  for (const int hz : {48'000, 16'000, 8000, 32'000}) {
    DigitTones source;
    source.set_rate(hz);
    detector.set_rate(hz);
    ASSERT_TRUE(source.queue(kDigits, 50ms));
    Sound frame(block_of(hz) * 6);
    std::string found;
    for (int ms = 0; ms < 16 * 110 + 100; ms += 60) {
      std::ranges::fill(frame, std::int16_t{0});
      source.replace(frame);
      if (const auto digit = detector.hear(frame)) found += digit->digit;
    }
    EXPECT_EQ(found, kDigits) << hz;
  }
}

TEST_F(DigitDetectorTest, FortyMillisecondsAreADigitWhereverTheyBegin) {
  for (int offset = 0; offset < 160; ++offset) {
    sound_.assign(static_cast<std::size_t>(offset), 0);
    tones(770, 1336, 320);
    EXPECT_EQ(digits(), "5") << offset;
  }
}

TEST_F(DigitDetectorTest, TwentyThreeMillisecondsAreNone) {
  for (int offset = 0; offset < 160; ++offset) {
    sound_.assign(static_cast<std::size_t>(offset), 0);
    tones(770, 1336, 184);
    EXPECT_EQ(digits(), "") << offset;
  }
}

TEST_F(DigitDetectorTest, TellsHowLongADigitWas) {
  for (const int ms : {50, 100, 400, 2000}) {
    five(ms);
    const auto found = hear();
    ASSERT_EQ(found.size(), 1U) << ms;
    EXPECT_NEAR(static_cast<double>(found[0].duration.count()), ms, 12);
  }
}

TEST_F(DigitDetectorTest, FortyMillisecondsOfPauseMakeTwoDigitsAndAHoleOfTwentyMakesNone) {
  five(50);
  silence(40);
  five(50);
  EXPECT_EQ(digits(), "55");
  five(50);
  silence(20);
  five(50);
  EXPECT_EQ(digits(), "5");
}

TEST_F(DigitDetectorTest, TakesFrequenciesAndLevelsWithinTheTolerance) {
  for (const double off : {0.985, 1.0, 1.015}) {
    for (const double level : {-20.0, -12.0, -4.0}) {
      for (const double twist : {-8.0, 0.0, 4.0}) {
        for (std::size_t key = 0; key < kDigits.size(); ++key) {
          tones(kRowTones[key / 4] * off, kColumnTones[key % 4] * off, 400,
                level - std::max(twist, 0.0), twist);
          ASSERT_EQ(digits(), std::string(1, kDigits[key])) << off << ' ' << level << ' ' << twist;
        }
      }
    }
  }
}

TEST_F(DigitDetectorTest, RefusesWhatIsNoDigit) {
  tones(770, 1336, 800, -45);
  EXPECT_EQ(digits(), "") << "too faint";
  five(100, -20, 12);
  EXPECT_EQ(digits(), "") << "too much twist";
  five(100, -8, -14);
  EXPECT_EQ(digits(), "") << "too much twist";
  tones(770, 1336 * 1.05, 800);
  EXPECT_EQ(digits(), "") << "off the frequency";
  tones(440, 480, 8000);
  EXPECT_EQ(digits(), "") << "a ringing tone";
  tones(770, 770, 800);
  EXPECT_EQ(digits(), "") << "one tone";
}

TEST_F(DigitDetectorTest, HearsDigitsThroughNoise) {
  SeededRandom random(7);
  DigitTones source;
  ASSERT_TRUE(source.queue("0123456789*#ABCD", 50ms));
  sound_.resize(16 * 880);
  source.replace(sound_);
  // 15 dB below the tones, as ITU-T Q.24 asks.
  for (std::int16_t& sample : sound_) {
    double noise = 0;
    for (int i = 0; i < 12; ++i) noise += static_cast<double>(random.below(2001)) - 1000;
    sample = static_cast<std::int16_t>(std::clamp(sample + noise * 0.9, -32768.0, 32767.0));
  }
  EXPECT_EQ(digits(), "0123456789*#ABCD");
}

TEST_F(DigitDetectorTest, NoiseAndChirpsAreNoDigits) {
  SeededRandom random(3);
  sound_.resize(60 * 8000);
  double level = 0;
  for (std::int16_t& sample : sound_) {
    level = 0.7 * level + static_cast<double>(random.below(8001)) - 4000;
    sample = static_cast<std::int16_t>(level);
  }
  EXPECT_EQ(digits(), "");
  double turn = 0;
  for (int i = 0; i < 80'000; ++i) {
    turn += 2 * std::numbers::pi * (300 + 0.4 * (i % 2000)) / 8000;
    sound_.push_back(static_cast<std::int16_t>(8000 * std::sin(turn) + 8000 * std::sin(1.8 * turn)));
  }
  EXPECT_EQ(digits(), "");
}

TEST_F(DigitDetectorTest, LostPacketsThatAreConcealedCostNoDigit) {
  for (std::size_t lost = 0; lost < 6; ++lost) {
    DigitTones source;
    ASSERT_TRUE(source.queue("7", 100ms));
    sound_.resize(1600);
    source.replace(sound_);
    Concealer concealer;
    for (std::size_t i = 0; i < 10; ++i) {
      const auto frame = std::span{sound_}.subspan(i * 160, 160);
      if (i == lost) concealer.conceal(frame);
      if (i != lost) concealer.heard(frame);
    }
    EXPECT_EQ(digits(), "7") << lost;
  }
}

}  // namespace
}  // namespace godwit::audio
