// SPDX-License-Identifier: Apache-2.0
#include "io/audio_file.h"

#include <gtest/gtest.h>

#include <vector>

#include "audio/tone_detector.h"

namespace godwit::io {
namespace {

std::vector<std::int16_t> one_second(audio::Source& source) {
  std::vector<std::int16_t> samples(8000);
  source.read(samples);
  return samples;
}

TEST(FileAudioFactoryTest, PlaysTonesAndSilence) {
  FileAudioFactory factory;
  const auto tone = factory.open_source({.kind = PlaySource::Kind::tone, .tone_hz = 700});
  ASSERT_TRUE(tone);
  EXPECT_GT(audio::tone_share(one_second(**tone), 700), 0.99);
  for (const auto kind : {PlaySource::Kind::silence, PlaySource::Kind::echo}) {
    const auto silence = factory.open_source({.kind = kind});
    ASSERT_TRUE(silence);
    EXPECT_EQ(audio::power(one_second(**silence)), 0);
  }
}

TEST(FileAudioFactoryTest, RefusesTonesThatATelephoneCannotCarry) {
  FileAudioFactory factory;
  for (const int hz : {49, 3401, -1}) {
    const auto tone = factory.open_source({.kind = PlaySource::Kind::tone, .tone_hz = hz});
    ASSERT_FALSE(tone);
    EXPECT_EQ(tone.error().code, Errc::invalid_argument);
  }
}

TEST(FileAudioFactoryTest, FilesThatCannotBeOpenedAreErrors) {
  FileAudioFactory factory;
  EXPECT_FALSE(factory.open_source({.kind = PlaySource::Kind::file, .file = "/nonexistent/a.wav"}));
  EXPECT_FALSE(factory.open_sink("/nonexistent/a.wav", audio::Channels::mono));
}

TEST(FileAudioFactoryTest, DevicesThatCannotBeAreRefused) {
  FileAudioFactory factory;
  EXPECT_EQ(factory.open_devices({.rate = 44'100}).error().code, Errc::invalid_argument);
  EXPECT_EQ(factory.open_devices({.latency = std::chrono::seconds{1}}).error().code,
            Errc::invalid_argument);
  EXPECT_TRUE(factory.open_devices({.capture = "null", .playback = "null"}));
}

TEST(FileAudioFactoryTest, NoNameIsNoRecording) {
  const auto sink = FileAudioFactory().open_sink("", audio::Channels::mono);
  ASSERT_TRUE(sink);
  (*sink)->write(std::vector<std::int16_t>(160));
}

}  // namespace
}  // namespace godwit::io
