// SPDX-License-Identifier: Apache-2.0
#include "instance_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class InstanceFileTest : public ::testing::Test {
 protected:
  InstanceFileTest() : folder_(::testing::TempDir() + "instance.XXXXXX") {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/state/godwit/instance-id";
  }
  ~InstanceFileTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string path_;
};

TEST_F(InstanceFileTest, IsMadeOnceAndReadableByItsOwnerOnly) {
  const auto first = take_instance_id(path_, "sip:alice@example.org");
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_THAT(*first, MatchesRegex("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                   "[0-9a-f]{12}"));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(*take_instance_id(path_, "sip:bob@example.org"), *first) << "another address may share it";
  const auto made = std::filesystem::directory_iterator(folder_ + "/state/godwit");
  EXPECT_EQ(std::distance(begin(made), end(made)), 1) << "no draft is left";
}

TEST_F(InstanceFileTest, ASecondProgramOfTheSameAddressGetsNone) {
  ASSERT_TRUE(take_instance_id(path_, "sip:alice@example.org"));
  EXPECT_THAT(*take_instance_id(path_, "sip:alice@example.org"), IsEmpty());
}

TEST_F(InstanceFileTest, WhatIsNoInstanceIdIsNotTold) {
  std::filesystem::create_directories(folder_ + "/state/godwit");
  for (const char* text : {"", "\n", "alice\n", "urn:uuid:1\n"}) {
    std::ofstream(path_) << text;
    const auto taken = take_instance_id(path_, "sip:alice@example.org");
    ASSERT_FALSE(taken) << text;
    EXPECT_THAT(taken.error().detail, HasSubstr("instance-id"));
  }
}

TEST_F(InstanceFileTest, WhereNothingCanBeWrittenThereIsNone) {
  std::ofstream(folder_ + "/state") << "in the way";
  EXPECT_FALSE(take_instance_id(path_, "sip:alice@example.org"));
}

}  // namespace
}  // namespace godwit::cli
