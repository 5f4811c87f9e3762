// SPDX-License-Identifier: Apache-2.0
#include "lab/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace godwit::lab {
namespace {

using ::testing::HasSubstr;

TEST(ChildProcess, TellsItsExitCode) {
  auto child = ChildProcess::start(
      {.arguments = {"sh", "-c", "trap 'exit 7' INT; echo; while :; do :; done"}});
  ASSERT_TRUE(child);
  char ready = 0;
  ASSERT_EQ(::read(child->output().get(), &ready, 1), 1);
  EXPECT_EQ(child->stop(5000), 7);
  EXPECT_EQ(child->poll(), 7);
}

TEST(ChildProcess, ThatListensHearsWhatItIsTold) {
  auto child = ChildProcess::start(
      {.arguments = {"sh", "-c", "read word; printf %s \"$word\""}, .listens = true});
  ASSERT_TRUE(child);
  child->tell("hold");
  std::array<char, 8> heard{};
  ASSERT_EQ(::read(child->output().get(), heard.data(), heard.size()), 4);
  EXPECT_STREQ(heard.data(), "hold");
  static_cast<void>(child->stop(5000));
  child->tell("nobody is there");
}

TEST(ChildProcess, IsKilledWhenItDoesNotListen) {
  auto child = ChildProcess::start(
      {.arguments = {"sh", "-c", "trap '' INT; echo ready; exec tail -f /dev/null"}});
  ASSERT_TRUE(child);
  char ready = 0;
  ASSERT_EQ(::read(child->output().get(), &ready, 1), 1);
  EXPECT_EQ(child->stop(30), 128 + 9);
}

TEST(ChildProcess, ThatDoesNotExistIsSaidSo) {
  const auto child = ChildProcess::start({.arguments = {"no-such-program-at-all"}});
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().detail, HasSubstr("no-such-program-at-all is not installed"));
}

TEST(RunProgram, FailsWithWhatTheProgramSaid) {
  const auto result = run_program({.arguments = {"sh", "-c", "echo broken >&2; exit 1"}});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().detail, HasSubstr("broken"));
  EXPECT_TRUE(run_program({.arguments = {"true"}}));
}

}  // namespace
}  // namespace godwit::lab
