// SPDX-License-Identifier: Apache-2.0
#include "io/sound_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <numbers>

#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::io {
namespace {

class SoundFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto sound = load_sound("/nonexistent"); sound.error().code == Errc::unsupported) {
      GTEST_SKIP() << sound.error().detail;
    }
    std::string name = (std::filesystem::temp_directory_path() / "godwit-sound-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

/// One second of a tone as a WAV file of 16-bit samples, written by hand.
void write_wav(const std::string& path, std::uint32_t rate, std::uint16_t channels, double hz) {
  const std::uint32_t frames = rate;  // one second
  const std::uint32_t data = frames * channels * 2;
  std::ofstream out(path, std::ios::binary);
  const auto number = [&out](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i, value >>= 8U) out.put(static_cast<char>(value & 0xffU));
  };
  out << "RIFF";
  number(36 + data, 4);
  out << "WAVEfmt ";
  number(16, 4);
  number(1, 2);
  number(channels, 2);
  number(rate, 4);
  number(rate * channels * 2, 4);
  number(channels * 2U, 2);
  number(16, 2);
  out << "data";
  number(data, 4);
  for (std::uint32_t i = 0; i < frames; ++i) {
    const double value = 8000 * std::sin(2 * std::numbers::pi * hz * i / rate);
    for (std::uint16_t c = 0; c < channels; ++c) {
      number(static_cast<std::uint32_t>(std::lround(value)), 2);
    }
  }
}

TEST_F(SoundFileTest, WhatIsWrittenIsReadBack) {
  audio::Samples tone(8000);
  audio::ToneSource(440).read(tone);
  {
    auto sink = open_sound_sink(path("a.wav"));
    ASSERT_TRUE(sink) << sink.error().detail;
    for (std::size_t at = 0; at < tone.size(); at += 160) {
      (*sink)->write(std::span{tone}.subspan(at, 160));
    }
    (*sink)->close();
    (*sink)->write(tone);  // too late: not written
  }
  const auto read = load_sound(path("a.wav"));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->samples, tone);
  EXPECT_EQ(read->rate, 8000);
}

TEST_F(SoundFileTest, AFileKeepsItsRateAndBecomesMono) {
  for (const std::uint32_t rate : {6000U, 8000U, 11025U, 16000U, 44100U, 48000U, 96000U}) {
    for (const std::uint16_t channels : std::initializer_list<std::uint16_t>{1, 2}) {
      write_wav(path("b.wav"), rate, channels, 1000);
      const auto read = load_sound(path("b.wav"));
      ASSERT_TRUE(read) << read.error().detail;
      EXPECT_EQ(read->rate, std::clamp<int>(static_cast<int>(rate), 8000, 48'000));
      EXPECT_NEAR(static_cast<double>(read->samples.size()), read->rate, 2) << rate;
      EXPECT_GT(audio::tone_share(read->samples, 1000, read->rate), 0.99) << rate;
      EXPECT_NEAR(audio::power(read->samples), 8000.0 * 8000 / 2, 1e6) << rate;
    }
  }
}

TEST_F(SoundFileTest, AFileThatIsTooLongForItsOwnRateIsReadAtALowerOne) {
  // Twenty minutes at 48,000 Hz: a hole in the file, which takes no room on the disk.
  constexpr std::uint32_t kFrames = 48'000 * 1200;
  write_wav(path("long.wav"), 48'000, 1, 1000);
  std::fstream file(path("long.wav"), std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&file](std::streamoff at, std::uint32_t value) {
    file.seekp(at);
    for (int i = 0; i < 4; ++i, value >>= 8U) file.put(static_cast<char>(value & 0xffU));
  };
  put(4, 36 + 2 * kFrames);
  put(40, 2 * kFrames);
  file.close();
  std::filesystem::resize_file(path("long.wav"), 44 + 2 * kFrames);
  const auto read = load_sound(path("long.wav"));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->rate, 16'000);
  EXPECT_NEAR(static_cast<double>(read->samples.size()), 16'000 * 1200, 2);
}

TEST_F(SoundFileTest, TheNameSaysOfWhatKindARecordingIs) {
  for (const char* const name : {"a.wav", "a.flac", "A.FLAC", "a.ogg", "a.opus", "a"}) {
    for (const int hz : {8000, 16'000, 32'000, 48'000}) {
      auto sink = open_sound_sink(path(name));
      ASSERT_TRUE(sink) << name << ": " << sink.error().detail;
      (*sink)->set_rate(hz);
      audio::ToneSource tone(700);
      tone.set_rate(hz);
      audio::Samples frame(audio::block_of(hz));
      for (int i = 0; i < 100; ++i) {
        tone.read(frame);
        (*sink)->write(frame);
      }
      EXPECT_TRUE((*sink)->works());
      (*sink)->close();
      const auto read = load_sound(path(name));
      ASSERT_TRUE(read) << name << ' ' << hz << ": " << read.error().detail;
      // Opus has no 32,000.
      const int kept = name == std::string_view{"a.opus"} && hz == 32'000 ? 48'000 : hz;
      EXPECT_EQ(read->rate, kept) << name;
      EXPECT_NEAR(static_cast<double>(read->samples.size()), kept, kept == hz ? 0 : 50) << name;
      const double whole = name == std::string_view{"a.opus"} ? 0.98 : 0.99;  // it takes liberties
      EXPECT_GT(audio::tone_share(read->samples, 700, kept), whole) << name << ' ' << hz;
    }
  }
}

TEST_F(SoundFileTest, AKilledProcessLeavesMostOfFlacAndOggToo) {
  for (const char* const name : {"c.flac", "c.ogg", "c.opus"}) {
    auto sink = open_sound_sink(path(name));
    ASSERT_TRUE(sink);
    audio::ToneSource tone(700);
    audio::Samples frame(160);
    for (int i = 0; i < 500; ++i) {
      tone.read(frame);
      (*sink)->write(frame);
    }
    std::filesystem::copy(path(name), path("killed"), std::filesystem::copy_options::overwrite_existing);
    const auto read = load_sound(path("killed"));
    ASSERT_TRUE(read) << name << ": " << read.error().detail;
    EXPECT_GE(read->samples.size(), 5 * 8000U) << name;
  }
}

TEST_F(SoundFileTest, AKilledProcessLeavesAReadableFile) {
  auto sink = open_sound_sink(path("c.wav"));
  ASSERT_TRUE(sink);
  EXPECT_TRUE(load_sound(path("c.wav"))) << "from the beginning";
  const audio::Samples frame(160, 1000);
  for (int i = 0; i < 130; ++i) (*sink)->write(frame);
  std::filesystem::copy(path("c.wav"), path("killed.wav"));
  const auto read = load_sound(path("killed.wav"));
  ASSERT_TRUE(read);
  EXPECT_GE(read->samples.size(), 2 * 8000U);
}

TEST_F(SoundFileTest, ARecordingOfBothSidesHasTwoChannels) {
  auto sink = open_sound_sink(path("both.wav"), audio::Channels::stereo);
  ASSERT_TRUE(sink);
  audio::Samples frame(320);
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = i % 2 == 0 ? 1000 : 3000;
  for (int i = 0; i < 50; ++i) (*sink)->write(frame);
  (*sink)->close();
  std::ifstream file(path("both.wav"), std::ios::binary);
  std::string header(44, '\0');
  file.read(header.data(), 44);
  EXPECT_EQ(header[22], 2) << "channels";
  EXPECT_EQ(static_cast<unsigned char>(header[24]) + 256 * static_cast<unsigned char>(header[25]),
            8000);
  EXPECT_EQ(header[34], 16) << "bits a sample";
  const auto read = load_sound(path("both.wav"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->samples, audio::Samples(8000, 2000)) << "mixed to one";
}

TEST_F(SoundFileTest, AFullDiskIsNoticed) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  std::filesystem::create_symlink("/dev/full", path("full.wav"));
  auto sink = open_sound_sink(path("full.wav"));
  if (!sink) return;  // noticed at once
  const audio::Samples frame(160, 1000);
  for (int i = 0; i < 200; ++i) (*sink)->write(frame);
  EXPECT_FALSE((*sink)->works());
}

TEST_F(SoundFileTest, SaysWhichFileAndWhyNot) {
  const auto missing = load_sound(path("missing.wav"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().detail.find("missing.wav"), std::string::npos);
  EXPECT_FALSE(open_sound_sink("/nonexistent/x.wav"));
  std::ofstream(path("noise.wav")) << "this is no sound";
  EXPECT_FALSE(load_sound(path("noise.wav")));
  EXPECT_FALSE(load_sound(folder_.string()));
}

}  // namespace
}  // namespace godwit::io
