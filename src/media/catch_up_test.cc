// SPDX-License-Identifier: Apache-2.0
#include "media/catch_up.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "audio/tone_detector.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

/// Words of 200 ms, each of another pitch, with 100 ms between them.
class WordSource final : public audio::Source {
 public:
  static constexpr std::array<int, 10> kWords{300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200};

  void set_rate(int hz) override { rate_ = hz; }
  void read(std::span<std::int16_t> frame) override {
    for (std::int16_t& sample : frame) {
      const double in_word = std::fmod(said_, 0.3);
      const auto word = static_cast<std::size_t>(said_ / 0.3) % kWords.size();
      const double edge = std::clamp(std::min(in_word, 0.2 - in_word) / 0.01, 0.0, 1.0);
      sample = static_cast<std::int16_t>(
          8000 * edge * std::sin(2 * std::numbers::pi * kWords[word] * said_));
      said_ += 1.0 / rate_;
    }
  }

 private:
  int rate_ = 8000;
  double said_ = 0;
};

class CatchUpTest : public ::testing::Test {
 protected:
  void frame(bool leaves) {
    std::array<std::int16_t, 160> samples{};
    catch_up_.read(source_, samples);
    if (leaves) {
      sent_.insert(sent_.end(), samples.begin(), samples.end());
    } else {
      catch_up_.give_back();
    }
  }
  void frames(int count, bool leave = true) {
    for (int i = 0; i < count; ++i) frame(leave);
  }
  struct Word {
    int hz = 0;
    int blocks = 0;  // of 10 ms
    int clean = 0;   // of these, with nothing but the tone
  };
  /// The words as they are heard, in order.
  [[nodiscard]] std::vector<Word> words() const {
    std::vector<Word> out;
    std::size_t begin = 0;
    for (std::size_t at = 0; at + 80 <= sent_.size(); at += 80) {
      const bool silent = audio::power(std::span{sent_}.subspan(at, 80)) < 500.0 * 500.0;
      if (!silent) continue;
      if (at > begin) out.push_back(word(std::span{sent_}.subspan(begin, at - begin)));
      begin = at + 80;
    }
    return out;
  }
  static Word word(std::span<const std::int16_t> sound) {
    Word out;
    out.hz = *std::ranges::max_element(WordSource::kWords, {}, [&](int tone) {
      return audio::tone_share(sound, tone);
    });
    for (; sound.size() >= 80; sound = sound.subspan(80)) {
      ++out.blocks;
      if (audio::tone_share(sound.first(80), out.hz) > 0.9) ++out.clean;
    }
    return out;
  }
  /// No word is missing, none is said twice, and of each there is at least 3/4.
  void expect_all_words(std::size_t least) const {
    const auto heard = words();
    EXPECT_GE(heard.size(), least);
    for (std::size_t i = 0; i < heard.size(); ++i) {
      EXPECT_EQ(heard[i].hz, WordSource::kWords[i % WordSource::kWords.size()]) << i;
      EXPECT_GE(heard[i].blocks, 15) << i;
      EXPECT_LE(heard[i].blocks, 21) << i;
      EXPECT_GE(heard[i].clean, heard[i].blocks - 3) << i;
    }
  }

  WordSource source_;
  CatchUp catch_up_;
  std::vector<std::int16_t> sent_;
};

TEST_F(CatchUpTest, IsNotThereWhileEveryFrameLeaves) {
  frames(200);
  std::vector<std::int16_t> said(sent_.size());
  WordSource again;
  again.read(said);
  EXPECT_EQ(sent_, said);
  EXPECT_EQ(catch_up_.behind(), 0ns);
}

TEST_F(CatchUpTest, EveryWordOfAChangeOfTwoSecondsIsHeardWholeAndInOrder) {
  frames(75);
  frames(100, false);
  EXPECT_EQ(catch_up_.behind(), 2s);
  frames(1000);
  EXPECT_EQ(catch_up_.behind(), 0ns);
  expect_all_words(76);
}

TEST_F(CatchUpTest, IsInTimeAgainAsSoonAsAQuarterFasterAllows) {
  frames(75);
  frames(50, false);
  int needed = 0;
  while (catch_up_.behind() > 0ns && needed < 1000) {
    frame(true);
    ++needed;
  }
  EXPECT_GE(needed, 200) << "1 s at 5/4 of the speed";
  EXPECT_LE(needed, 300);
  // From here on sound goes through as it is.
  std::array<std::int16_t, 160> now{};
  catch_up_.read(source_, now);
  WordSource again;
  std::vector<std::int16_t> said(static_cast<std::size_t>(125 + needed) * 160);
  again.read(said);
  std::array<std::int16_t, 160> expected{};
  again.read(expected);
  EXPECT_EQ(now, expected);
}

TEST_F(CatchUpTest, NeverFasterThanAQuarter) {
  frames(10);
  frames(100, false);
  Duration before = catch_up_.behind();
  for (int i = 0; i < 30; ++i) {
    frames(10);  // 200 ms
    EXPECT_LE(before - catch_up_.behind(), 65ms) << "50 ms, and one period that was saved up";
    before = catch_up_.behind();
  }
}

TEST_F(CatchUpTest, AFrameThatIsRefusedNowAndThenIsNotLostEither) {
  for (int i = 0; i < 100; ++i) {
    frames(9);
    frame(false);
  }
  frames(200);
  EXPECT_EQ(catch_up_.behind(), 0ns);
  expect_all_words(70);
}

TEST_F(CatchUpTest, WhatIsOlderThanTwoSecondsIsLeftOut) {
  frames(10);
  frames(500, false);
  EXPECT_EQ(catch_up_.behind(), 2s);
  catch_up_.forget();
  EXPECT_EQ(catch_up_.behind(), 0ns);
}

TEST_F(CatchUpTest, WhatWaitsSurvivesAChangeOfRate) {
  frames(50);
  frames(50, false);
  catch_up_.set_rate(16'000);
  source_.set_rate(16'000);
  EXPECT_NEAR(static_cast<double>(catch_up_.behind() / 1ms), 1000, 1);
  std::array<std::int16_t, 320> samples{};
  std::vector<std::int16_t> wide;
  for (int i = 0; i < 600; ++i) {
    catch_up_.read(source_, samples);
    for (std::size_t k = 0; k < samples.size(); k += 2) sent_.push_back(samples[k]);
  }
  EXPECT_EQ(catch_up_.behind(), 0ns);
  expect_all_words(46);
}

}  // namespace
}  // namespace godwit::media
