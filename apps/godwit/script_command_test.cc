// SPDX-License-Identifier: Apache-2.0
#include "script_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string fault_of_line(std::string_view line) {
  const auto command = parse_script_command(line);
  return command ? "" : command.error().message;
}

TEST(ScriptCommandTest, ReadsACommandWithItsFields) {
  const auto command =
      parse_script_command(R"({"do":"dial","target":"bob","id":"x","loop":true,"timeout":2.5})");
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->does, "dial");
  EXPECT_EQ(command->id, "x");
  EXPECT_EQ(command->text("target"), "bob");
  EXPECT_TRUE(command->truth("loop"));
  EXPECT_EQ(command->number("timeout"), 2.5);
  EXPECT_FALSE(command->has("play"));
  EXPECT_EQ(command->text("play"), "");
  EXPECT_EQ(command->number("play"), 0);
}

TEST(ScriptCommandTest, AnIdIsATextANumberOrMissing) {
  EXPECT_EQ(parse_script_command(R"({"do":"quit","id":7})")->id, 7);
  EXPECT_TRUE(parse_script_command(R"({"do":"quit"})")->id.is_null());
  EXPECT_THAT(fault_of_line(R"({"do":"quit","id":[]})"), HasSubstr("id"));
}

TEST(ScriptCommandTest, SaysWhatIsWrong) {
  EXPECT_THAT(fault_of_line("hold"), HasSubstr("not JSON, at byte"));
  EXPECT_THAT(fault_of_line(R"(["hold"])"), HasSubstr("not a JSON object"));
  EXPECT_THAT(fault_of_line(R"({"id":1})"), HasSubstr("\"do\" is missing"));
  EXPECT_THAT(fault_of_line(R"({"do":"hodl"})"), HasSubstr("did you mean hold?"));
  EXPECT_THAT(fault_of_line(R"({"do":"dial"})"), HasSubstr("dial wants \"target\""));
  EXPECT_THAT(fault_of_line(R"({"do":"dial","tagret":"bob"})"), HasSubstr("did you mean target?"));
  EXPECT_THAT(fault_of_line(R"({"do":"dial","target":5})"), HasSubstr("target: a text wanted"));
  EXPECT_THAT(fault_of_line(R"({"do":"hold","call":-1})"), HasSubstr("call: a call's number"));
  EXPECT_THAT(fault_of_line(R"({"do":"redirect","targets":[]})"), HasSubstr("a list of texts"));
  EXPECT_THAT(fault_of_line(R"({"do":"conference","calls":[1,true]})"),
              HasSubstr("a list of calls"));
}

TEST(ScriptCommandTest, AnErrorKeepsTheIdWhereItCouldBeRead) {
  EXPECT_EQ(parse_script_command(R"({"do":"hodl","id":"x"})").error().id, "x");
  EXPECT_TRUE(parse_script_command("{").error().id.is_null());
}

TEST(ScriptCommandTest, DeepNestingIsRefusedWithoutHarm) {
  EXPECT_NE(fault_of_line(std::string(100000, '[')), "");
}

TEST(LineCutterTest, CutsWhateverThePieces) {
  LineCutter cutter;
  EXPECT_THAT(cutter.on_bytes("one\ntw"), ElementsAre("one"));
  EXPECT_THAT(cutter.on_bytes("o\n\nthr"), ElementsAre("two", ""));
  EXPECT_EQ(cutter.rest(), "thr");
  EXPECT_EQ(cutter.rest(), "");
}

TEST(LineCutterTest, ALongLineIsToldOnceAndTheNextIsWhole) {
  LineCutter cutter;
  EXPECT_THAT(cutter.on_bytes(std::string(LineCutter::kLongestLine, 'x')), IsEmpty());
  const auto cut = cutter.on_bytes(std::string(10, 'x'));
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0].size(), LineCutter::kLongestLine);
  EXPECT_THAT(cutter.on_bytes("xxx\nnext\n"), ElementsAre("next"));
}

}  // namespace
}  // namespace godwit::cli
