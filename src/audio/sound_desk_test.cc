// SPDX-License-Identifier: Apache-2.0
#include "audio/sound_desk.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "audio/echo_port.h"
#include "audio/memory_port.h"
#include "audio/silence.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

using namespace std::chrono_literals;

using Tracks = RecordOptions::Tracks;
using Frame = std::array<std::int16_t, kFrameSamples>;

std::unique_ptr<Source> steady_source(std::int16_t value) {
  return std::make_unique<MemorySource>(Samples{value}, Repeat::loop);
}
Frame frame_of(std::int16_t value) {
  Frame frame;
  frame.fill(value);
  return frame;
}
Frame said_by(SoundDesk& desk) {
  Frame frame = frame_of(-1);
  desk.say(frame);
  return frame;
}

/// Takes a little, then no more.
class FullDisk final : public Sink {
 public:
  void set_rate(int) override {}
  void write(std::span<const std::int16_t>) override { ++frames_; }
  [[nodiscard]] bool works() const override { return frames_ < 6; }

 private:
  int frames_ = 0;
};

class SoundDeskTest : public ::testing::Test {
 protected:
  std::unique_ptr<Recorder> recorder(Tracks tracks) {
    return std::make_unique<Recorder>(std::make_unique<MemorySink>(file_), tracks);
  }

  std::shared_ptr<MemorySink::Recording> file_ = std::make_shared<MemorySink::Recording>();
  SoundDesk desk_{steady_source(1000)};
};

TEST_F(SoundDeskTest, SaysWhatIsPlayedUntilSomethingElseIs) {
  EXPECT_EQ(said_by(desk_), frame_of(1000));
  desk_.play(steady_source(2000), nullptr);
  EXPECT_EQ(said_by(desk_).back(), 2000);
  EXPECT_FALSE(desk_.played());
  desk_.play(std::make_unique<MemorySource>(Samples{5}), nullptr);
  said_by(desk_);
  EXPECT_TRUE(desk_.played());
}

TEST_F(SoundDeskTest, MuteIsSilenceThatComesAndGoesWithoutAClick) {
  desk_.set_muted(true);
  const Frame fading = said_by(desk_);
  for (std::size_t i = 1; i < fading.size(); ++i) ASSERT_LE(std::abs(fading[i] - fading[i - 1]), 25);
  EXPECT_EQ(said_by(desk_), frame_of(0));
  desk_.set_muted(false);
  EXPECT_LE(said_by(desk_).front(), 25);
  EXPECT_EQ(said_by(desk_), frame_of(1000));
}

TEST_F(SoundDeskTest, DigitsTakeThePlaceOfSoundEvenWhenMuted) {
  desk_.set_muted(true);
  said_by(desk_);
  ASSERT_TRUE(desk_.send_digits("1", 80ms));
  said_by(desk_);
  const Frame frame = said_by(desk_);
  EXPECT_GT(tone_share(frame, 697) + tone_share(frame, 1209), 0.9);
}

TEST_F(SoundDeskTest, BothDirectionsHaveARateOfTheirOwn) {
  SoundDesk desk(std::make_unique<ToneSource>(1000));
  const auto listened = std::make_shared<MemorySink::Recording>();
  desk.set_listener(std::make_shared<MemorySink>(listened));
  desk.set_say_rate(48'000);
  desk.set_hear_rate(16'000);
  Samples said(6 * 480);
  desk.say(said);
  EXPECT_GT(tone_share(said, 1000, 48'000), 0.99);
  desk.hear(Samples(320, 9));
  EXPECT_EQ(listened->rate, 16'000);
  EXPECT_EQ(listened->samples.size(), 320U);
  desk.close();
  EXPECT_TRUE(listened->closed);
}

TEST_F(SoundDeskTest, MuteAndDigitsTakeAsLongAtEveryRate) {
  for (const int hz : {8000, 16'000, 32'000, 48'000}) {
    SoundDesk desk(steady_source(1000));
    desk.set_rate(hz);
    desk.set_muted(true);
    Samples said(block_of(hz));
    desk.say(said);
    EXPECT_GT(said[block_of(hz) / 2 - 2], 0) << hz;
    EXPECT_EQ(said[block_of(hz) / 2], 0) << hz;
    ASSERT_TRUE(desk.send_digits("1", 80ms));
    said.resize(8 * block_of(hz));
    desk.say(said);
    EXPECT_GT(tone_share(said, 697, hz) + tone_share(said, 1209, hz), 0.9) << hz;
    desk.say(said);
    EXPECT_EQ(power(said), 0) << hz;
  }
}

TEST_F(SoundDeskTest, WhatIsPlayedHasTheRateOfTheConferenceWhileItIsInOne) {
  const auto mixer = std::make_shared<Mixer>();
  SoundDesk narrow(std::make_unique<ToneSource>(1000));
  SoundDesk wide(std::make_unique<SilenceSource>());
  wide.set_rate(16'000);
  narrow.join(mixer);
  wide.join(mixer);
  EXPECT_EQ(mixer->rate(), 16'000);
  Samples sixteen;
  Samples eight;
  for (int i = 0; i < 50; ++i) {
    Samples frame(320);
    wide.say(frame);
    sixteen.insert(sixteen.end(), frame.begin(), frame.end());
    frame.resize(160);
    narrow.say(frame);
    eight.insert(eight.end(), frame.begin(), frame.end());
  }
  EXPECT_GT(tone_share(sixteen, 1000, 16'000), 0.99);
  EXPECT_GT(tone_share(std::span{eight}.subspan(160), 1000), 0.99);
  narrow.set_held(true);
  Samples frame(160);
  narrow.say(frame);
  narrow.say(frame);
  EXPECT_GT(tone_share(frame, 1000), 0.95) << "its own, at its own rate";
}

TEST_F(SoundDeskTest, AnEchoHearsWhatIsHeard) {
  EchoPort echo = make_echo_port(std::make_unique<NullSink>());
  desk_.play(std::move(echo.source), std::move(echo.sink));
  said_by(desk_);
  desk_.hear(frame_of(42));
  EXPECT_EQ(said_by(desk_), frame_of(42));
}

TEST_F(SoundDeskTest, RecordsWhatIsReallySaid) {
  desk_.record(recorder(Tracks::stereo));
  desk_.hear(frame_of(7));
  said_by(desk_);
  desk_.set_muted(true);
  said_by(desk_);
  said_by(desk_);
  desk_.pass(kFrameSamples);
  ASSERT_EQ(file_->samples.size(), 4 * 2 * kFrameSamples);
  EXPECT_EQ(file_->samples[0], 7);
  EXPECT_EQ(file_->samples[1], 1000);
  EXPECT_EQ(file_->samples.back(), 0);
  desk_.record(nullptr);
  EXPECT_TRUE(file_->closed);
}

TEST_F(SoundDeskTest, ARecordingThatCannotBeWrittenIsGivenUpAndToldOnce) {
  desk_.record(std::make_unique<Recorder>(std::make_unique<FullDisk>(), Tracks::heard));
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(i < 3 && desk_.take_recording_failed());
    desk_.hear(frame_of(1));
  }
  EXPECT_TRUE(desk_.take_recording_failed());
  EXPECT_FALSE(desk_.take_recording_failed());
}

TEST_F(SoundDeskTest, InAConferenceItHearsTheOthersAndIsHeardWithWhatItPlays) {
  const auto mixer = std::make_shared<Mixer>();
  SoundDesk other(steady_source(50));
  desk_.join(mixer);
  other.join(mixer);
  desk_.hear(frame_of(3));
  other.hear(frame_of(400));
  EXPECT_EQ(said_by(desk_), frame_of(1000 + 50 + 400));
  EXPECT_EQ(said_by(other), frame_of(1000 + 50 + 3));
}

TEST_F(SoundDeskTest, AHeldMemberNeitherHearsNorIsHeard) {
  const auto mixer = std::make_shared<Mixer>();
  SoundDesk other(steady_source(50));
  desk_.join(mixer);
  other.join(mixer);
  desk_.set_held(true);
  EXPECT_EQ(mixer->members(), 1U);
  desk_.hear(frame_of(3));
  EXPECT_EQ(said_by(other), frame_of(50));
  EXPECT_EQ(said_by(desk_), frame_of(1000)) << "only its own";
  desk_.set_held(false);
  desk_.hear(frame_of(3));
  EXPECT_EQ(said_by(other), frame_of(1000 + 50 + 3));
  desk_.join(nullptr);
  EXPECT_EQ(mixer->members(), 1U);
  EXPECT_EQ(said_by(desk_), frame_of(1000));
}

TEST_F(SoundDeskTest, TheEndLeavesTheConferenceAndFinishesTheRecording) {
  const auto mixer = std::make_shared<Mixer>();
  const auto desk = std::make_shared<SoundDesk>(steady_source(1));
  desk->join(mixer);
  desk->record(recorder(Tracks::mixed));
  const auto source = source_of(desk);
  const auto sink = sink_of(desk);
  Frame frame{};
  sink->write(frame_of(4));
  source->read(frame);
  source->pass(kFrameSamples);
  EXPECT_EQ(file_->samples.size(), 2 * kFrameSamples);
  sink->close();
  EXPECT_TRUE(file_->closed);
  EXPECT_EQ(mixer->members(), 0U);
}

}  // namespace
}  // namespace godwit::audio
