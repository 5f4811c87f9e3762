// SPDX-License-Identifier: Apache-2.0
#include "password_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(PasswordCommandTest, CutsWordsWithoutAShell) {
  EXPECT_THAT(parse_password_command("pass show 'my sip' $HOME;`x` *").value(),
              ElementsAre("pass", "show", "my sip", "$HOME;`x`", "*"));
  EXPECT_FALSE(parse_password_command("").has_value());
  EXPECT_FALSE(parse_password_command("''").has_value());
  EXPECT_FALSE(parse_password_command("pass 'x").has_value());
}

TEST(PasswordCommandTest, TakesTheFirstLine) {
  EXPECT_EQ(password_from_command({"printf", "tea\\nurl: x\\n"}), "tea");
  EXPECT_EQ(password_from_command({"printf", "tea\\r\\n"}), "tea");
  EXPECT_EQ(password_from_command({"printf", "tea"}), "tea");
}

TEST(PasswordCommandTest, NothingIsExpanded) {
  EXPECT_EQ(password_from_command({"printf", "%s", "$HOME `id` *"}), "$HOME `id` *");
}

TEST(PasswordCommandTest, SaysWhyThereIsNone) {
  EXPECT_THAT(password_from_command({"false"}).error().detail, HasSubstr("ended with 1"));
  EXPECT_THAT(password_from_command({"true"}).error().detail, HasSubstr("empty"));
  EXPECT_THAT(password_from_command({"/nowhere/pass"}).error().detail, HasSubstr("No such file"));
  EXPECT_THAT(password_from_command({}).error().detail, HasSubstr("names no program"));
  EXPECT_THAT(password_from_command({"sh", "-c", "kill -9 $$"}).error().detail,
              HasSubstr("signal"));
}

TEST(PasswordCommandTest, HasATimeAndNoInput) {
  EXPECT_THAT(password_from_command({"tail", "-f", "/dev/null"}, 50ms).error().detail,
              HasSubstr("no answer within"));
  EXPECT_THAT(password_from_command({"cat"}).error().detail, HasSubstr("empty"));
}

TEST(PasswordCommandTest, ALongOutputIsNoTrouble) {
  EXPECT_EQ(password_from_command({"sh", "-c", "echo tea; head -c 1000000 /dev/zero"}), "tea");
}

}  // namespace
}  // namespace godwit::cli
