// SPDX-License-Identifier: Apache-2.0
#include "audio/memory_port.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

TEST(MemorySourceTest, PlaysOnceThenSilence) {
  MemorySource source({1, 2, 3});
  Samples frame(2);
  source.read(frame);
  EXPECT_EQ(frame, (Samples{1, 2}));
  EXPECT_FALSE(source.ended());
  source.read(frame);
  EXPECT_EQ(frame, (Samples{3, 0}));
  EXPECT_TRUE(source.ended());
}

TEST(MemorySourceTest, ALoopNeverEnds) {
  MemorySource source({1, 2, 3}, Repeat::loop);
  Samples frame(7);
  source.read(frame);
  EXPECT_EQ(frame, (Samples{1, 2, 3, 1, 2, 3, 1}));
  EXPECT_FALSE(source.ended());
}

TEST(MemorySourceTest, NothingToPlayIsSilenceEvenInALoop) {
  MemorySource source({}, Repeat::loop);
  Samples frame(2, 9);
  source.read(frame);
  EXPECT_EQ(frame, (Samples{0, 0}));
  EXPECT_TRUE(source.ended());
}

Samples tone_of(int hz, int rate, std::size_t samples) {
  ToneSource tone(hz);
  tone.set_rate(rate);
  Samples sound(samples);
  tone.read(sound);
  return sound;
}

TEST(MemorySourceTest, SoundOfAnyRateIsPlayedFromItsFirstSampleToItsLast) {
  for (const int from : {8000, 11'025, 16'000, 22'050, 44'100, 48'000}) {
    for (const int to : {8000, 16'000, 32'000, 48'000}) {
      MemorySource source(tone_of(400, from, static_cast<std::size_t>(from)), Repeat::once, from);
      source.set_rate(to);
      const Samples expected = tone_of(400, to, static_cast<std::size_t>(to));
      Samples frame(block_of(to));
      double difference = 0;
      std::size_t at = 0;
      for (; !source.ended(); at += frame.size()) {
        source.read(frame);
        for (std::size_t i = 0; i < frame.size() && at + i + frame.size() < expected.size(); ++i) {
          difference = std::max<double>(difference, std::abs(frame[i] - expected[at + i]));
        }
      }
      EXPECT_NEAR(static_cast<double>(at), to, static_cast<double>(2 * block_of(to))) << from << ' ' << to;
      EXPECT_LT(difference, 1200) << from << ' ' << to;  // a few tens of microseconds apart
    }
  }
}

TEST(MemorySourceTest, AChangeOfRateIsNotHeard) {
  MemorySource source(tone_of(400, 44'100, 44'100), Repeat::loop, 44'100);
  std::int16_t last = 0;
  int step = 8192;  // to the first sample after a change: one of the rate before
  std::size_t blocks = 0;
  for (const int to : {8000, 48'000, 16'000, 32'000, 8000}) {
    source.set_rate(to);
    Samples sound(block_of(to) * 6);
    source.read(sound);
    const int steepest = 8192 * 10 * 400 / to;
    EXPECT_LE(std::abs(sound.front() - last), step) << to;
    step = steepest;
    for (std::size_t i = 1; i < sound.size(); ++i) {
      ASSERT_LE(std::abs(sound[i] - sound[i - 1]), steepest) << to << ' ' << i;
    }
    EXPECT_GT(tone_share(sound, 400, to), 0.99) << to;
    // In step with a tone that never changed.
    const Samples whole = tone_of(400, to, block_of(to) * (blocks + 6));
    EXPECT_NEAR(sound[sound.size() / 2], whole[block_of(to) * (blocks + 3)], 1200) << to;
    blocks += 6;
    last = sound.back();
  }
}

TEST(MemorySinkTest, TheRecordingOutlivesTheSink) {
  const auto recording = std::make_shared<MemorySink::Recording>();
  {
    MemorySink sink(recording);
    sink.write(Samples{1, 2});
    sink.write(Samples{3});
    sink.close();
  }
  EXPECT_EQ(recording->samples, (Samples{1, 2, 3}));
  EXPECT_TRUE(recording->closed);
}

}  // namespace
}  // namespace godwit::audio
