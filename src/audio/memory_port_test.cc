// SPDX-License-Identifier: Apache-2.0
#include "audio/memory_port.h"

#include <gtest/gtest.h>

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
