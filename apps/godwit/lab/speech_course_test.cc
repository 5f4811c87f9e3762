// SPDX-License-Identifier: Apache-2.0
#include "lab/speech_course.h"

#include <gtest/gtest.h>

#include "lab/speech.h"

namespace godwit::lab {
namespace {

TEST(SpeechCourse, RunsInOneLegWhereNothingSlips) {
  const Samples said = make_speech(1, 4);
  Samples heard(500, 0);
  heard.insert(heard.end(), said.begin(), said.end());
  const SpeechCourse course(said, heard);
  ASSERT_EQ(course.legs().size(), 1U);
  EXPECT_EQ(course.said_at(20'000 + course.legs()[0].ahead), said[19'500]);
  EXPECT_EQ(course.leg_at(20'000), 0U);
}

TEST(SpeechCourse, TurnsWhereTheDelayDoes) {
  const Samples said = make_speech(1, 4);
  Samples heard = said;
  heard.erase(heard.begin() + 16'000, heard.begin() + 16'240);
  const SpeechCourse course(said, heard);
  ASSERT_EQ(course.legs().size(), 2U);
  EXPECT_NEAR(static_cast<double>(course.legs()[1].from), 16'000, 40);
  EXPECT_EQ(course.legs()[1].ahead, 240);
  EXPECT_EQ(course.leg_at(15'000), 0U);
  EXPECT_EQ(course.leg_at(17'000), 1U);
}

TEST(SpeechCourse, GoesOnFromTheEndToTheBeginning) {
  const Samples said = make_speech(1, 3);
  Samples heard = said;
  heard.insert(heard.end(), said.begin(), said.end());
  const SpeechCourse course(said, heard);
  ASSERT_EQ(course.legs().size(), 1U);
  EXPECT_EQ(course.said_at(24'000), said[0]);
  EXPECT_EQ(course.said_at(-1), 0);
}

TEST(SpeechCourse, OfAnotherVoiceThereIsNone) {
  EXPECT_TRUE(SpeechCourse(make_speech(1, 3), make_speech(2, 3)).legs().empty());
  EXPECT_TRUE(SpeechCourse(make_speech(1, 3), {}).legs().empty());
  EXPECT_TRUE(SpeechCourse({}, make_speech(1, 3)).legs().empty());
}

}  // namespace
}  // namespace godwit::lab
