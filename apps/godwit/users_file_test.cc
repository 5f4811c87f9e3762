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
  EXPECT_THAT(users->passwords, ElementsAre(Pair("alice", "tea:pot"), Pair("bob", "")));
}

TEST(UsersFile, NamesTheLineThatIsWrong) {
  EXPECT_THAT(parse_users("a:b\nnonsense\n").error().detail, HasSubstr("line 2"));
  EXPECT_THAT(parse_users(":secret\n").error().detail, HasSubstr("line 1"));
  EXPECT_THAT(parse_users("a:b\na:c").error().detail, HasSubstr("line 2: a is there twice"));
}

TEST(UsersFile, ReadsKeysInPlaceOfPasswords) {
  const std::string md5(32, 'a');
  const std::string sha256(64, '0');
  const auto users =
      parse_users("a:{SHA-256}" + sha256 + "{MD5}" + md5 + "\nb:{MD5}" + md5 + "\nc:{other}\n");
  ASSERT_TRUE(users);
  EXPECT_THAT(users->passwords, ElementsAre(Pair("c", "{other}")));
  EXPECT_THAT(users->keys.at("a"), ElementsAre(Pair(sip::DigestAlgorithm::md5, md5),
                                               Pair(sip::DigestAlgorithm::sha256, sha256)));
  EXPECT_THAT(users->keys.at("b"), ElementsAre(Pair(sip::DigestAlgorithm::md5, md5)));
  const std::vector<std::string> wrong = {"{MD5}", "{MD5}" + sha256, "{MD5}" + std::string(32, 'A'),
                                          "{MD5}" + md5 + "{MD5}" + md5};
  for (const std::string& bad : wrong) {
    EXPECT_THAT(parse_users("x:y\na:" + bad).error().detail, HasSubstr("line 2")) << bad;
  }
  EXPECT_THAT(parse_users("a:b\na:{MD5}" + md5).error().detail, HasSubstr("twice"));
}

TEST(UsersFile, AKeyIsNeededForTheFirstChallenge) {
  using enum sip::DigestAlgorithm;
  const auto users = parse_users("a:tea\nb:{MD5}" + std::string(32, 'a'));
  ASSERT_TRUE(users);
  EXPECT_TRUE(check_keys(*users, {md5}));
  EXPECT_TRUE(check_keys(*users, {md5, sha256}));
  EXPECT_EQ(check_keys(*users, {sha256, md5}).error().detail,
            "b has no key for SHA-256, the first of --algorithms");
}

}  // namespace
}  // namespace godwit::cli
