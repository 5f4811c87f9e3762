// SPDX-License-Identifier: Apache-2.0
#include "rtp/timeline.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

Ticks ms(std::int64_t count) { return std::chrono::milliseconds{count}; }

TEST(TimelineTest, SequenceNumbersAndTimestampsRunOnWhereTheyWrap) {
  Timeline line;
  std::int64_t sequence = line.extend(65'534);
  line.anchor(sequence, 0xffffff00, 8000, ms(5));
  for (std::uint32_t i = 0; i < 10; ++i) {
    const auto wire = static_cast<std::uint16_t>(65'534 + i);
    EXPECT_EQ(line.extend(wire), 65'534 + i);
    sequence = line.extend(wire);
    EXPECT_EQ(line.place(sequence, 0xffffff00 + i * 160, 8000), ms(5 + 20 * i));
    line.note(sequence, 0xffffff00 + i * 160, 8000);
  }
  EXPECT_EQ(line.extend(65'535), 65'535) << "a straggler";
  EXPECT_FALSE(line.is_newest(65'535));
}

TEST(TimelineTest, EveryClockOfACodecIsExact) {
  for (const std::uint32_t rate : {8000U, 16'000U, 32'000U, 48'000U}) {
    Timeline line;
    line.anchor(1, 7, rate, ms(0));
    EXPECT_EQ(line.place(2, 7 + rate / 400, rate), Ticks{240}) << rate;
    EXPECT_EQ(samples_in(Ticks{240}, rate), rate / 400) << rate;
  }
}

TEST(TimelineTest, AnotherClockGoesOnWhereItIsAnchored) {
  Timeline line;
  line.anchor(1, 1000, 8000, ms(0));
  line.note(1, 1000, 8000);
  line.note(2, 1160, 8000);
  EXPECT_FALSE(line.knows(3, 48'000));
  line.anchor(3, 900'000, 48'000, ms(40));
  line.note(3, 900'000, 48'000);
  EXPECT_EQ(line.place(4, 900'960, 48'000), ms(60));
  EXPECT_TRUE(line.knows(2, 8000)) << "a straggler of the old clock";
  EXPECT_EQ(line.place(2, 1160, 8000), ms(20));
  EXPECT_FALSE(line.knows(4, 8000)) << "the old clock may have jumped meanwhile";
}

TEST(TimelineTest, ADayLongStreamKeepsItsPlace) {
  Timeline line;
  line.anchor(0, 123, 48'000, ms(0));
  std::int64_t sequence = 0;
  for (std::uint32_t minute = 0; minute <= 24 * 60; ++minute) {
    const std::uint32_t timestamp = 123 + minute * 60 * 48'000;
    EXPECT_EQ(line.place(sequence, timestamp, 48'000), Ticks{1min} * minute);
    line.note(sequence, timestamp, 48'000);
    sequence += 3000;
  }
}

}  // namespace
}  // namespace godwit::rtp
