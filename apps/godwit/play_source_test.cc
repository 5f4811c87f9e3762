// SPDX-License-Identifier: Apache-2.0
#include "play_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PlaySourceText, NamesWhatIsPlayed) {
  EXPECT_EQ(parse_play_source("silence")->kind, PlaySource::Kind::silence);
  EXPECT_EQ(parse_play_source("echo")->kind, PlaySource::Kind::echo);
  EXPECT_EQ(parse_play_source("tone:1000")->kind, PlaySource::Kind::tone);
  EXPECT_EQ(parse_play_source("tone:1000")->tone_hz, 1000);
}

TEST(PlaySourceText, RefusesTonesThatNobodyHears) {
  for (const char* text : {"tone:", "tone:49", "tone:3401", "tone:440Hz", "tone:x"}) {
    EXPECT_FALSE(parse_play_source(text)) << text;
  }
}

TEST(PlaySourceText, RefusesAFileThatIsNotThereBeforeAnybodyIsCalled) {
  const auto play = parse_play_source("/nowhere/at/all.wav");
  ASSERT_FALSE(play);
  EXPECT_THAT(play.error().detail, HasSubstr("No such file"));
}

TEST(CodecList, KeepsTheOrderAndIgnoresCase) {
  EXPECT_THAT(*parse_codecs("pcma,PCMU"), ElementsAre("PCMA", "PCMU"));
  EXPECT_THAT(*parse_codecs("Opus,L16/16000"), ElementsAre("opus", "L16/16000"));
}

TEST(CodecList, RefusesUnknownAndEmpty) {
  EXPECT_FALSE(parse_codecs("PCMU,G729"));
  EXPECT_FALSE(parse_codecs(""));
  EXPECT_FALSE(parse_codecs(",PCMU"));
}

}  // namespace
}  // namespace godwit::cli
