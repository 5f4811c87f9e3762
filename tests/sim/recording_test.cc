// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audio/tone_detector.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;
using Tracks = RecordOptions::Tracks;

/// Alice and Bob talk; what Alice records, plays and mutes.
class RecordingTest : public ::testing::Test {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    return options;
  }
  void SetUp() override {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(500ms);
    call_ = world_.alice.engine().calls().front();
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  template <class Command>
  auto alice_does(Command command) {
    return world_.alice.run(
        [&](ua::Engine& alice, TimePoint now) { return command(alice, call_, now); });
  }
  void record(std::string file, Tracks tracks) {
    EXPECT_TRUE(alice_does([&](ua::Engine& alice, CallId call, TimePoint now) {
      return alice.start_recording(call, {.file = std::move(file), .tracks = tracks}, now);
    }));
  }
  void stop() {
    EXPECT_TRUE(alice_does([](ua::Engine& alice, CallId call, TimePoint now) {
      return alice.stop_recording(call, now);
    }));
  }
  bool play(const PlaySource& source) {
    return alice_does([&](ua::Engine& alice, CallId call, TimePoint now) {
             return alice.play(call, source, now);
           })
        .has_value();
  }
  [[nodiscard]] CallInfo info() { return *world_.alice.engine().call_info(call_); }
  [[nodiscard]] const audio::MemorySink::Recording& written(const std::string& file) {
    return *world_.alice.sounds().recordings.at(file);
  }
  /// Every second sample, from the first or the second on.
  static audio::Samples track(const audio::Samples& both, std::size_t first) {
    audio::Samples one;
    for (std::size_t i = first; i < both.size(); i += 2) one.push_back(both[i]);
    return one;
  }

  SimWorld world_{options()};
  CallId call_;
};

TEST_F(RecordingTest, BothSidesOnTracksOfTheirOwnFromStartToStop) {
  record("both.wav", Tracks::stereo);
  EXPECT_TRUE(info().recording);
  world_.run_for(2s);
  stop();
  EXPECT_FALSE(info().recording);
  world_.run_for(1s);
  const auto& file = written("both.wav");
  EXPECT_TRUE(file.closed);
  EXPECT_NEAR(static_cast<double>(file.samples.size()), 2 * 2 * 8000, 2 * 160);
  const auto heard = track(file.samples, 0);
  const auto said = track(file.samples, 1);
  EXPECT_GT(audio::tone_share(std::span{heard}.subspan(160), kBobTone), 0.98);
  EXPECT_GT(audio::tone_share(said, kAliceTone), 0.98);
}

TEST_F(RecordingTest, BothSidesMixed) {
  record("mixed.wav", Tracks::mixed);
  world_.run_for(2s);
  stop();
  const auto& samples = written("mixed.wav").samples;
  EXPECT_NEAR(static_cast<double>(samples.size()), 2 * 8000, 160);
  EXPECT_NEAR(audio::tone_share(samples, kBobTone), 0.5, 0.05);
  EXPECT_NEAR(audio::tone_share(samples, kAliceTone), 0.5, 0.05);
}

TEST_F(RecordingTest, TheTracksStayTogetherThroughAMove) {
  record("both.wav", Tracks::stereo);
  world_.break_to({"10.2.0.2"}, 500ms);
  world_.run_for(5s);
  stop();
  EXPECT_NEAR(static_cast<double>(written("both.wav").samples.size()), 2 * 5 * 8000, 2 * 160);
}

TEST_F(RecordingTest, ASecondRecordingEndsTheFirstAndTheEndOfTheCallTheSecond) {
  record("first.wav", Tracks::heard);
  world_.run_for(1s);
  record("second.wav", Tracks::mixed);
  EXPECT_TRUE(written("first.wav").closed);
  world_.run_for(1s);
  world_.alice.hang_up(call_);
  EXPECT_TRUE(written("second.wav").closed);
  EXPECT_NEAR(static_cast<double>(written("first.wav").samples.size()), 8000, 160);
  EXPECT_NEAR(static_cast<double>(written("second.wav").samples.size()), 8000, 160);
}

TEST_F(RecordingTest, AFileThatCannotBeWrittenIsNoRecording) {
  record("forbidden", Tracks::mixed);
  EXPECT_FALSE(info().recording);
  EXPECT_THAT(world_.alice.log(), ::testing::HasSubstr("cannot write forbidden"));
  alice_does([](ua::Engine& alice, CallId call, TimePoint now) {
    EXPECT_EQ(alice.start_recording(call, {}, now).error().code, Errc::invalid_argument);
    return 0;
  });
}

TEST_F(RecordingTest, AFileIsPlayedToItsEndAndThatIsTold) {
  audio::Samples hello(8000);
  audio::ToneSource(660).read(hello);
  world_.alice.sounds().files["hello.wav"] = hello;
  ASSERT_TRUE(play({.kind = PlaySource::Kind::file, .file = "hello.wav"}));
  const auto start = world_.now();
  ASSERT_TRUE(world_.time.run_until(
      [&] { return world_.alice.last<PlaybackEnded>().has_value(); }, 2s));
  EXPECT_NEAR(std::chrono::duration<double>(world_.now() - start).count(), 1, 0.03);
  EXPECT_EQ(world_.alice.last<PlaybackEnded>()->call, call_);
  world_.run_for(1s);
  EXPECT_NEAR(static_cast<double>(world_.bob.ear().heard(660, start)), 50, 2);
  EXPECT_THAT(world_.alice.all<PlaybackEnded>(), SizeIs(1));
  ASSERT_TRUE(play({.kind = PlaySource::Kind::file, .file = "hello.wav"}));
  world_.run_for(2s);
  EXPECT_THAT(world_.alice.all<PlaybackEnded>(), SizeIs(2));
}

TEST_F(RecordingTest, AFileThatIsNotThereLeavesWhatIsPlayed) {
  EXPECT_TRUE(play({.kind = PlaySource::Kind::file, .file = "nothing.wav"}));
  EXPECT_THAT(world_.alice.log(), ::testing::HasSubstr("there is no file nothing.wav"));
  const auto start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(world_.bob.ear().heard(kAliceTone, start), 48U);
}

TEST_F(RecordingTest, MuteIsSilenceWithoutAGapUntilUnmute) {
  ASSERT_TRUE(alice_does(
      [](ua::Engine& alice, CallId call, TimePoint now) { return alice.mute(call, now); }));
  EXPECT_TRUE(info().muted);
  world_.run_for(300ms);
  auto start = world_.now();
  world_.run_for(1s);
  EXPECT_EQ(world_.bob.ear().heard(kAliceTone, start), 0U);
  EXPECT_GE(world_.bob.ear().heard_together({}, start), 50U);
  ASSERT_TRUE(alice_does(
      [](ua::Engine& alice, CallId call, TimePoint now) { return alice.unmute(call, now); }));
  EXPECT_FALSE(info().muted);
  world_.run_for(300ms);
  start = world_.now();
  world_.run_for(1s);
  EXPECT_GE(world_.bob.ear().heard(kAliceTone, start), 48U);
}

TEST_F(RecordingTest, SoundThatIsNotThereYetCannotBeChanged) {
  world_.alice.hang_up(call_);
  world_.run_for(1s);
  world_.bob.on_event({});
  const auto dialled = world_.alice.dial(world_.alice_account, kBobUri, {});
  ASSERT_TRUE(dialled);
  world_.run_for(1s);
  world_.bob.run([](ua::Engine& bob, TimePoint now) {
    const CallId ringing = bob.calls().front();
    EXPECT_EQ(bob.mute(ringing, now).error().code, Errc::wrong_state);
    EXPECT_EQ(bob.play(ringing, {}, now).error().code, Errc::wrong_state);
    const auto recording = bob.start_recording(ringing, {.file = "a.wav"}, now);
    EXPECT_EQ(recording.error().code, Errc::wrong_state);
    EXPECT_EQ(bob.join(ringing, bob.open_conference(), now).error().code, Errc::wrong_state);
    return 0;
  });
}

}  // namespace
}  // namespace godwit::test
