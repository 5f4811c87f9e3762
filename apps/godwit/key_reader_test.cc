// SPDX-License-Identifier: Apache-2.0
#include "key_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

KeyPress press(KeyAction action, std::string text = "") {
  return {action, std::move(text)};
}

TEST(KeyReaderTest, EveryKeyHasItsMeaning) {
  KeyReader reader;
  EXPECT_THAT(
      reader.on_bytes("hTjnrmadq?"),
      ElementsAre(press(KeyAction::hold_or_resume), press(KeyAction::connect),
                  press(KeyAction::conference), press(KeyAction::next_call),
                  press(KeyAction::record), press(KeyAction::mute), press(KeyAction::answer),
                  press(KeyAction::decline), press(KeyAction::hang_up), press(KeyAction::help)));
}

TEST(KeyReaderTest, DigitsAreDigits) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("0*#"),
              ElementsAre(press(KeyAction::digit, "0"), press(KeyAction::digit, "*"),
                          press(KeyAction::digit, "#")));
}

TEST(KeyReaderTest, OtherKeysAreTold) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("x"), ElementsAre(press(KeyAction::unknown, "x")));
  EXPECT_THAT(reader.on_bytes(" \n\r\t\x7f"), IsEmpty());
}

TEST(KeyReaderTest, ATargetIsTypedAsALine) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("tcarx"), IsEmpty());
  EXPECT_EQ(reader.prompt(), "transfer to: carx");
  EXPECT_THAT(reader.on_bytes("\x7fol\r"), ElementsAre(press(KeyAction::transfer, "carol")));
  EXPECT_EQ(reader.prompt(), "");
  EXPECT_THAT(reader.on_bytes("c12\x15"
                              "34\n5"),
              ElementsAre(press(KeyAction::dial, "34"), press(KeyAction::digit, "5")));
}

TEST(KeyReaderTest, EscapeAndAnEmptyLineGiveUp) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("tbob"), IsEmpty());
  EXPECT_THAT(reader.on_bytes("\x1b"), IsEmpty());
  EXPECT_EQ(reader.prompt(), "");
  EXPECT_THAT(reader.on_bytes("t\r"), IsEmpty());
  EXPECT_EQ(reader.prompt(), "");
}

TEST(KeyReaderTest, ALetterOfSeveralBytesIsTakenBackAsAWhole) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("cbj\xC3\xB6\x7f"), IsEmpty());
  EXPECT_EQ(reader.prompt(), "call: bj");
}

TEST(KeyReaderTest, SequencesOfSpecialKeysArePassedOver) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("\x1b[A\x1b[3~\x1bOPm"), ElementsAre(press(KeyAction::mute)));
  EXPECT_THAT(reader.on_bytes("\x1b[1;5"), IsEmpty());
}

TEST(KeyReaderTest, ALineHasALimit) {
  KeyReader reader;
  EXPECT_THAT(reader.on_bytes("t" + std::string(5000, 'x')), IsEmpty());
  EXPECT_LT(reader.prompt().size(), 1100U);
}

TEST(KeyReaderTest, TheHelpNamesEveryKey) {
  for (const char* key : {"  h  ", "  t  ", "  q  ", "  ?  ", "0-9"}) {
    EXPECT_THAT(key_help(), HasSubstr(key));
  }
}

}  // namespace
}  // namespace godwit::cli
