// SPDX-License-Identifier: Apache-2.0
#include "audio/sound_buffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace godwit::audio {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

void append(SoundBuffer& buffer, std::initializer_list<std::int16_t> samples) {
  const auto room = buffer.extend(samples.size());
  std::copy(samples.begin(), samples.end(), room.begin());
}

TEST(SoundBufferTest, GivesWhatItGotAndRemembersTheLastOfIt) {
  SoundBuffer buffer{2};
  append(buffer, {1, 2, 3, 4, 5});
  std::array<std::int16_t, 3> out{};
  buffer.take(out);
  EXPECT_THAT(out, ElementsAre(1, 2, 3));
  EXPECT_THAT(buffer.waiting(), ElementsAre(4, 5));
  EXPECT_EQ(buffer.gone(), 2U);
  EXPECT_THAT(buffer.all(), ElementsAre(2, 3, 4, 5));
}

TEST(SoundBufferTest, WhatIsSkippedWasNeverThere) {
  SoundBuffer buffer{2};
  append(buffer, {1, 2, 3, 4, 5});
  std::array<std::int16_t, 2> out{};
  buffer.take(out);
  buffer.skip(2);
  EXPECT_THAT(buffer.all(), ElementsAre(1, 2, 5));
}

TEST(SoundBufferTest, WhatIsPutFirstGoesFirst) {
  SoundBuffer buffer{2};
  append(buffer, {1, 2, 3});
  std::array<std::int16_t, 1> out{};
  buffer.take(out);
  buffer.put_first(std::array<std::int16_t, 3>{7, 8, 9});
  EXPECT_THAT(buffer.all(), ElementsAre(1, 7, 8, 9, 2, 3));
}

TEST(SoundBufferTest, RunsOnForEverInTheMemoryThatItHas) {
  SoundBuffer buffer{4};
  std::array<std::int16_t, 160> frame{};
  const std::int16_t* first = nullptr;
  for (std::int16_t round = 0; round < 100; ++round) {
    const auto room = buffer.extend(160);
    if (round == 2) first = buffer.all().data();
    std::ranges::fill(room, round);
    buffer.take(frame);
    EXPECT_EQ(frame.front(), round);
    if (round > 2) {
      EXPECT_LE(buffer.all().data() - first, 400);
    }
  }
  EXPECT_THAT(buffer.all(), ElementsAreArray({99, 99, 99, 99}));
}

}  // namespace
}  // namespace godwit::audio
