// SPDX-License-Identifier: Apache-2.0
#include "password_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string file_with(const std::string& text, mode_t mode) {
  std::string path = ::testing::TempDir() + "/password_file_test.txt";
  std::remove(path.c_str());
  std::ofstream(path) << text;
  ::chmod(path.c_str(), mode);
  return path;
}

TEST(PasswordFile, TakesTheFirstLine) {
  const auto secret = read_password(file_with("tea pot\r\nsecond\n", 0600));
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->text, "tea pot");
  EXPECT_THAT(secret->warning, IsEmpty());
}

TEST(PasswordFile, WarnsWhenOthersMayReadIt) {
  const auto secret = read_password(file_with("x\n", 0644));
  ASSERT_TRUE(secret);
  EXPECT_THAT(secret->warning, HasSubstr("chmod 600"));
}

TEST(PasswordFile, RefusesAFileThatOthersMayWrite) {
  const auto secret = read_password(file_with("x\n", 0660));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Errc::invalid_argument);
  EXPECT_THAT(secret.error().detail, HasSubstr("may be written by others"));
}

TEST(PasswordFile, SaysWhyItCannotBeRead) {
  const auto secret = read_password("/nowhere/at/all");
  ASSERT_FALSE(secret);
  EXPECT_THAT(secret.error().detail, HasSubstr("No such file"));
}

TEST(PasswordFile, ComesFromTheEnvironmentWithoutAFile) {
  ::setenv("GODWIT_PASSWORD", "from outside", 1);
  EXPECT_EQ(read_password("")->text, "from outside");
  ::unsetenv("GODWIT_PASSWORD");
  EXPECT_EQ(read_password("")->text, "");
}

}  // namespace
}  // namespace godwit::cli
