// SPDX-License-Identifier: Apache-2.0
#include "audio/recorder.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "audio/memory_port.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

using Tracks = RecordOptions::Tracks;
using Frame = std::array<std::int16_t, kFrameSamples>;

class RecorderTest : public ::testing::Test {
 protected:
  std::unique_ptr<Recorder> record(Tracks tracks) {
    return std::make_unique<Recorder>(std::make_unique<MemorySink>(file_), tracks);
  }
  static Frame steady(int value) {
    Frame frame;
    frame.fill(static_cast<std::int16_t>(value));
    return frame;
  }
  [[nodiscard]] std::int16_t sample(std::size_t at) const { return file_->samples.at(at); }

  std::shared_ptr<MemorySink::Recording> file_ = std::make_shared<MemorySink::Recording>();
};

TEST_F(RecorderTest, HeardIsWrittenAsItComes) {
  const auto recorder = record(Tracks::heard);
  recorder->said(steady(5));
  recorder->heard(steady(1));
  recorder->heard(steady(2));
  recorder->said_nothing(kFrameSamples);
  EXPECT_EQ(file_->samples.size(), 2 * kFrameSamples);
  EXPECT_EQ(sample(0), 1);
  EXPECT_EQ(sample(kFrameSamples), 2);
}

TEST_F(RecorderTest, MixedIsTheSumCutOffWhereItIsTooLoud) {
  const auto recorder = record(Tracks::mixed);
  recorder->heard(steady(100));
  recorder->said(steady(23));
  recorder->heard(steady(32'000));
  recorder->said(steady(32'000));
  EXPECT_EQ(file_->samples.size(), 2 * kFrameSamples);
  EXPECT_EQ(sample(0), 123);
  EXPECT_EQ(sample(kFrameSamples), 32'767);
}

TEST_F(RecorderTest, StereoHasWhatIsHeardLeftAndWhatIsSaidRight) {
  const auto recorder = record(Tracks::stereo);
  recorder->heard(steady(1));
  recorder->said(steady(2));
  ASSERT_EQ(file_->samples.size(), 2 * kFrameSamples);
  EXPECT_EQ(sample(0), 1);
  EXPECT_EQ(sample(1), 2);
  EXPECT_EQ(sample(2 * kFrameSamples - 2), 1);
}

TEST_F(RecorderTest, TimeGoesOnWhenOneSideIsSilentOrHeld) {
  const auto recorder = record(Tracks::stereo);
  recorder->said(steady(2));  // nothing heard yet
  recorder->heard(steady(1));
  recorder->said_nothing(3 * kFrameSamples);  // we are held
  ASSERT_EQ(file_->samples.size(), 4 * 2 * kFrameSamples);
  EXPECT_EQ(sample(0), 0);
  EXPECT_EQ(sample(1), 2);
  EXPECT_EQ(sample(2 * kFrameSamples), 1);
  EXPECT_EQ(sample(2 * kFrameSamples + 1), 0);
}

TEST_F(RecorderTest, ItHasTheRateOfTheCallWhenTheFirstFrameComes) {
  const auto recorder = record(Tracks::stereo);
  recorder->set_said_rate(8000);
  recorder->set_heard_rate(16'000);
  recorder->said(steady(2));
  EXPECT_EQ(file_->rate, 16'000);
  EXPECT_EQ(file_->samples.size(), 2 * 320U);
}

TEST_F(RecorderTest, ACallThatChangesItsRateIsResampledWithoutAClick) {
  for (const int wanted : {0, 8000, 48'000}) {
    file_ = std::make_shared<MemorySink::Recording>();
    auto recorder = std::make_unique<Recorder>(std::make_unique<MemorySink>(file_), Tracks::heard, wanted);
    ToneSource tone(400);
    for (const int hz : {16'000, 8000, 48'000}) {
      tone.set_rate(hz);
      recorder->set_heard_rate(hz);
      for (int i = 0; i < 25; ++i) {
        Samples frame(block_of(hz) * 2);
        tone.read(frame);
        recorder->heard(frame);
      }
    }
    const int rate = wanted == 0 ? 16'000 : wanted;
    EXPECT_EQ(file_->rate, rate);
    EXPECT_EQ(file_->samples.size(), block_of(rate) * 150) << "true time";
    const int steepest = 8192 * 8 * 400 / rate;
    for (std::size_t i = 1; i < file_->samples.size(); ++i) {
      ASSERT_LE(std::abs(sample(i) - sample(i - 1)), steepest) << wanted << ' ' << i;
    }
    const auto last = std::span{file_->samples}.last(block_of(rate) * 40);
    EXPECT_GT(tone_share(last, 400, rate), 0.99);
  }
}

TEST_F(RecorderTest, TheFileIsClosedWithIt) {
  auto recorder = record(Tracks::mixed);
  EXPECT_TRUE(recorder->works());
  recorder.reset();
  EXPECT_TRUE(file_->closed);
}

}  // namespace
}  // namespace godwit::audio
