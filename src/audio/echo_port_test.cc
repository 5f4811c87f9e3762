// SPDX-License-Identifier: Apache-2.0
#include "audio/echo_port.h"

#include <gtest/gtest.h>

#include "audio/memory_port.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"

namespace godwit::audio {
namespace {

class EchoPortTest : public ::testing::Test {
 protected:
  std::shared_ptr<MemorySink::Recording> recording_ = std::make_shared<MemorySink::Recording>();
  EchoPort echo_ = make_echo_port(std::make_unique<MemorySink>(recording_));
};

TEST_F(EchoPortTest, SaysWhatItHeardAndThenNothing) {
  echo_.sink->write(Samples{1, 2, 3});
  Samples frame(160);
  echo_.source->read(frame);
  EXPECT_EQ((Samples{frame[0], frame[1], frame[2]}), (Samples{1, 2, 3}));
  echo_.source->read(frame);
  EXPECT_EQ(frame.back(), 0);
  EXPECT_FALSE(echo_.source->ended());
}

TEST_F(EchoPortTest, DropsTheOldestWhenNobodyReads) {
  Samples heard(1601, 5);
  heard[0] = 1;
  echo_.sink->write(heard);
  Samples frame(1601);
  echo_.source->read(frame);
  EXPECT_EQ(frame[0], 5);
  EXPECT_EQ(frame[1599], 5);
}

TEST_F(EchoPortTest, SaysItAtTheRateOfTheOtherDirection) {
  echo_.sink->set_rate(16'000);
  echo_.source->set_rate(48'000);
  ToneSource tone(1000);
  tone.set_rate(16'000);
  Samples said;
  for (int i = 0; i < 50; ++i) {
    Samples heard(320);
    tone.read(heard);
    echo_.sink->write(heard);
    Samples frame(960);
    echo_.source->read(frame);
    said.insert(said.end(), frame.begin(), frame.end());
  }
  EXPECT_GT(tone_share(std::span{said}.subspan(960), 1000, 48'000), 0.99);
  EXPECT_EQ(recording_->rate, 16'000);
}

TEST_F(EchoPortTest, TheRecordingHearsItToo) {
  echo_.sink->write(Samples{1, 2});
  echo_.sink->close();
  EXPECT_EQ(recording_->samples, (Samples{1, 2}));
  EXPECT_TRUE(recording_->closed);
}

}  // namespace
}  // namespace godwit::audio
