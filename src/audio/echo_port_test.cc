// SPDX-License-Identifier: Apache-2.0
#include "audio/echo_port.h"

#include <gtest/gtest.h>

#include "audio/memory_port.h"

namespace godwit::audio {
namespace {

class EchoPortTest : public ::testing::Test {
 protected:
  std::shared_ptr<MemorySink::Recording> recording_ = std::make_shared<MemorySink::Recording>();
  EchoPort echo_ = make_echo_port(std::make_unique<MemorySink>(recording_));
};

TEST_F(EchoPortTest, SaysWhatItHeardAndThenNothing) {
  echo_.sink->write(Samples{1, 2, 3});
  Samples frame(4);
  echo_.source->read(frame);
  EXPECT_EQ(frame, (Samples{1, 2, 3, 0}));
  EXPECT_FALSE(echo_.source->ended());
}

TEST_F(EchoPortTest, DropsTheOldestWhenNobodyReads) {
  Samples heard(1601, 5);
  heard[0] = 1;
  echo_.sink->write(heard);
  Samples frame(1601);
  echo_.source->read(frame);
  EXPECT_EQ(frame[0], 5);
  EXPECT_EQ(frame[1600], 0);
}

TEST_F(EchoPortTest, TheRecordingHearsItToo) {
  echo_.sink->write(Samples{1, 2});
  echo_.sink->close();
  EXPECT_EQ(recording_->samples, (Samples{1, 2}));
  EXPECT_TRUE(recording_->closed);
}

}  // namespace
}  // namespace godwit::audio
