// SPDX-License-Identifier: Apache-2.0
#include "audio/mixer.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "audio/memory_port.h"
#include "audio/silence.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

using Frame = std::array<std::int16_t, kFrameSamples>;

Frame steady(int value) {
  Frame frame;
  frame.fill(static_cast<std::int16_t>(value));
  return frame;
}

class MixerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Mixer::Seat> seat() { return seat(silence_); }
  std::unique_ptr<Mixer::Seat> seat(Source& plays) {
    return std::make_unique<Mixer::Seat>(mixer_, plays);
  }
  static int read(Mixer::Seat& seat) {
    Frame frame = steady(-1);
    seat.read(frame);
    EXPECT_EQ(frame.front(), frame.back());
    return frame.front();
  }

  SilenceSource silence_;
  std::shared_ptr<Mixer> mixer_ = std::make_shared<Mixer>();
};

TEST_F(MixerTest, EachHearsTheOthersWithoutItself) {
  const auto a = seat();
  const auto b = seat();
  const auto c = seat();
  for (int i = 0; i < 50; ++i) {
    a->write(steady(1));
    b->write(steady(20));
    c->write(steady(300));
    EXPECT_EQ(read(*a), 320);
    EXPECT_EQ(read(*b), 301);
    EXPECT_EQ(read(*c), 21);
  }
}

TEST_F(MixerTest, WhatAMemberPlaysIsHeardByAllOnce) {
  MemorySource one(Samples(kFrameSamples, 7));
  const auto a = seat(one);
  const auto b = seat();
  EXPECT_EQ(read(*b), 7);
  EXPECT_EQ(read(*a), 7) << "its own too";
  EXPECT_EQ(read(*a), 0);
  EXPECT_TRUE(one.ended());
}

TEST_F(MixerTest, TooLoudASumIsCutOff) {
  const auto a = seat();
  const auto b = seat();
  const auto c = seat();
  b->write(steady(30'000));
  c->write(steady(30'000));
  EXPECT_EQ(read(*a), 32'767);
  EXPECT_EQ(read(*b), 30'000) << "cut off only where it is too loud";
  b->write(steady(-30'000));
  c->write(steady(-30'000));
  EXPECT_EQ(read(*a), -32'768);
}

TEST_F(MixerTest, WhoStopsSpeakingOrAskingStallsNobody) {
  const auto a = seat();
  const auto b = seat();
  const auto c = seat();
  for (int i = 0; i < 100; ++i) {
    a->write(steady(5));
    EXPECT_EQ(read(*b), 5);
  }
  a->write(steady(6));
  EXPECT_EQ(read(*c), 5) << "c has missed much, and goes on with the newest";
  EXPECT_EQ(read(*c), 6);
}

TEST_F(MixerTest, WhatPassedIsNotHeardLater) {
  const auto a = seat();
  const auto b = seat();
  for (int i = 1; i <= 4; ++i) {
    a->write(steady(i));
    EXPECT_EQ(read(*b), i);
  }
  const auto c = seat();
  for (int i = 5; i <= 8; ++i) {
    a->write(steady(i));
    EXPECT_EQ(read(*b), i);
  }
  c->pass(3 * kFrameSamples);
  EXPECT_EQ(read(*c), 8);
  c->pass(100 * kFrameSamples);
  a->write(steady(9));
  EXPECT_EQ(read(*b), 9);
  EXPECT_EQ(read(*c), 9);
}

TEST_F(MixerTest, WhoLeavesIsHeardNoMore) {
  const auto a = seat();
  auto b = seat();
  b->write(steady(9));
  EXPECT_EQ(read(*a), 9);
  b->write(steady(9));
  b.reset();
  EXPECT_EQ(read(*a), 0);
  EXPECT_EQ(mixer_->members(), 1U);
}

TEST_F(MixerTest, ANewMemberHearsFromNowOn) {
  const auto a = seat();
  const auto b = seat();
  b->write(steady(4));
  EXPECT_EQ(read(*a), 4);
  b->write(steady(5));
  const auto c = seat();
  EXPECT_EQ(read(*c), 5);
}

// Clocks of the same rate, each with a phase of its own, each tick late by up to 15 ms.
TEST_F(MixerTest, TonesStayWholeThoughEveryClockIsLateNowAndThen) {
  constexpr int kMembers = 3;
  constexpr std::array kTones = {440, 1000, 1700};
  struct Member {
    std::unique_ptr<Mixer::Seat> seat;
    ToneSource voice;
    int speaks_at = 0;  // ms
    int hears_at = 0;
    std::vector<std::int16_t> heard;
  };
  std::vector<Member> members;
  for (int i = 0; i < kMembers; ++i) members.push_back({seat(), ToneSource(kTones[i]), 3 * i, 7 * i + 2, {}});
  unsigned noise = 1;
  const auto late = [&noise] {
    noise = noise * 1664525U + 1013904223U;
    return static_cast<int>((noise >> 16U) % 16U);
  };
  std::array<int, kMembers> speak_due{}, hear_due{};
  for (int ms = 0; ms < 10'000; ++ms) {
    for (int i = 0; i < kMembers; ++i) {
      Member& member = members[i];
      Frame frame{};
      if (ms >= member.speaks_at + speak_due[i]) {
        member.voice.read(frame);
        member.seat->write(frame);
        member.speaks_at += 20;
        speak_due[i] = late();
      }
      if (ms >= member.hears_at + hear_due[i]) {
        member.seat->read(frame);
        member.heard.insert(member.heard.end(), frame.begin(), frame.end());
        member.hears_at += 20;
        hear_due[i] = late();
      }
    }
  }
  for (int i = 0; i < kMembers; ++i) {
    const auto last = std::span{members[i].heard}.last(5 * 8000);
    for (int j = 0; j < kMembers; ++j) {
      EXPECT_NEAR(tone_share(last, kTones[j]), i == j ? 0 : 0.5, 0.02) << i << ' ' << j;
    }
  }
}

/// A member of some rate and frame, who says a tone.
struct Voice {
  Voice(std::shared_ptr<Mixer> mixer, Source& plays, int tone_hz, int rate, std::size_t tens)
      : seat(std::move(mixer), plays), tone(tone_hz), blocks(tens) {
    set_rate(rate);
  }
  void set_rate(int rate) {
    hz = rate;
    tone.set_rate(rate);
    seat.set_write_rate(rate);
    seat.set_read_rate(rate);
    heard.clear();
  }
  void speak() {
    Samples frame(block_of(hz) * blocks);
    tone.read(frame);
    seat.write(frame);
  }
  void listen() {
    Samples frame(block_of(hz) * blocks);
    seat.read(frame);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  [[nodiscard]] double share(int tone_hz) const {
    const auto settled = std::span{heard}.last(std::min(heard.size(), block_of(hz) * 100));
    return tone_share(settled, tone_hz, hz);
  }
  [[nodiscard]] int steepest() const {
    int most = 0;
    for (std::size_t i = 1; i < heard.size(); ++i) most = std::max(most, std::abs(heard[i] - heard[i - 1]));
    return most;
  }

  Mixer::Seat seat;
  ToneSource tone;
  std::size_t blocks;
  int hz = kBaseRate;
  Samples heard;
};

TEST_F(MixerTest, MembersOfEveryRateAndFrameHearEachOtherAndNotThemselves) {
  Voice a(mixer_, silence_, 440, 8000, 2);
  Voice b(mixer_, silence_, 1000, 16'000, 1);
  Voice c(mixer_, silence_, 1700, 48'000, 6);
  Voice d(mixer_, silence_, 2300, 32'000, 3);
  EXPECT_EQ(mixer_->rate(), 48'000);
  const std::array all{&a, &b, &c, &d};
  for (std::size_t ten = 0; ten < 600; ++ten) {
    for (Voice* const voice : all) {
      if (ten % voice->blocks == 0) voice->speak();
    }
    for (Voice* const voice : all) {
      if (ten % voice->blocks == 0) voice->listen();
    }
  }
  for (const Voice* const voice : all) {
    for (const auto& [other, hz] : {std::pair{&a, 440}, {&b, 1000}, {&c, 1700}, {&d, 2300}}) {
      EXPECT_NEAR(voice->share(hz), voice == other ? 0 : 1.0 / 3, 0.02) << voice->hz << ' ' << hz;
    }
  }
}

TEST_F(MixerTest, AMemberWithABetterEarComesAndGoesWithoutAClickForTheOthers) {
  Voice a(mixer_, silence_, 350, 8000, 2);
  Voice b(mixer_, silence_, 500, 8000, 2);
  std::optional<Voice> c;
  for (int i = 0; i < 300; ++i) {
    if (i == 100) c.emplace(mixer_, silence_, 0, 48'000, 2);
    if (i == 150) EXPECT_EQ(mixer_->rate(), 48'000);
    if (i == 200) c.reset();
    if (c) c->speak();
    a.speak();
    b.speak();
    a.listen();
    if (c) c->listen();
    b.listen();
  }
  EXPECT_EQ(mixer_->rate(), 8000);
  EXPECT_LE(a.steepest(), 8192 * 7 * 500 / 8000);
  EXPECT_LE(b.steepest(), 8192 * 7 * 350 / 8000);
  EXPECT_GT(a.share(500), 0.99);
}

TEST_F(MixerTest, AMemberWhoseCodecChangesIsHeardOnWithoutAClick) {
  Voice a(mixer_, silence_, 350, 8000, 2);
  Voice b(mixer_, silence_, 0, 16'000, 2);
  for (int i = 0; i < 300; ++i) {
    if (i == 100) a.set_rate(16'000);
    if (i == 200) a.set_rate(8000);
    a.speak();
    b.speak();
    a.listen();
    b.listen();
  }
  EXPECT_LE(b.steepest(), 8192 * 8 * 350 / 16'000);
  EXPECT_GT(b.share(350), 0.99);
}

}  // namespace
}  // namespace godwit::audio
