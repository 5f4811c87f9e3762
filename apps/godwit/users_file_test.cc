// SPDX-License-Identifier: Apache-2.0
#include "users_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(UsersFile, ReadsALinePerUser) {
  const auto users = parse_users("# people\nalice:tea:pot\r\n\nbob:\n");
  ASSERT_TRUE(users);
  EXPECT_THAT(*users, ElementsAre(Pair("alice", "tea:pot"), Pair("bob", "")));
}

TEST(UsersFile, NamesTheLineThatIsWrong) {
  EXPECT_THAT(parse_users("a:b\nnonsense\n").error().detail, HasSubstr("line 2"));
  EXPECT_THAT(parse_users(":secret\n").error().detail, HasSubstr("line 1"));
  EXPECT_THAT(parse_users("a:b\na:c").error().detail, HasSubstr("line 2: a is there twice"));
}

}  // namespace
}  // namespace godwit::cli
