// SPDX-License-Identifier: Apache-2.0
#include "sound_settings.h"

#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

TEST(SoundSettings, EchoIsAKindOfPlaying) {
  SoundSettings settings;
  settings.echo = true;
  EXPECT_EQ(make_call_options(settings)->play.kind, PlaySource::Kind::echo);
}

TEST(SoundSettings, AFolderThatIsNotThereIsToldBeforeTheCall) {
  SoundSettings settings;
  settings.record = "/nowhere/at/all.wav";
  EXPECT_FALSE(make_call_options(settings));
}

TEST(SoundSettings, PacketsAreCountedInTensOfMilliseconds) {
  SoundSettings settings;
  settings.packet_time = 40;
  settings.comfort_noise = true;
  settings.catch_up = true;
  EXPECT_EQ(make_call_options(settings)->packet_time, std::chrono::milliseconds{40});
  EXPECT_TRUE(make_call_options(settings)->comfort_noise);
  EXPECT_TRUE(make_call_options(settings)->catch_up);
  settings.packet_time = 25;
  EXPECT_EQ(make_call_options(settings).error().code, Errc::invalid_argument);
}

TEST(SoundSettings, NoRecordingOverwritesAnother) {
  EXPECT_EQ(recording_name("out/a.wav", 1), "out/a.wav");
  EXPECT_EQ(recording_name("out/a.wav", 2), "out/a-2.wav");
  EXPECT_EQ(recording_name("", 2), "");
}

}  // namespace
}  // namespace godwit::cli
