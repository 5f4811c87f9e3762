// SPDX-License-Identifier: Apache-2.0
#include "io/dns_file.h"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace godwit::io {
namespace {

class DnsFileTest : public ::testing::Test {
 protected:
  ~DnsFileTest() override { std::filesystem::remove(path_); }

  void write(const std::string& text, time_t at) {
    std::ofstream(path_) << text;
    const std::array<timeval, 2> times{timeval{at, 0}, timeval{at, 0}};
    ::utimes(path_.c_str(), times.data());
  }

  std::string path_ = ::testing::TempDir() + "godwit-dns-file-" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name();
  DnsFile file_{path_};
};

constexpr time_t kLongAgo = 1'000'000'000;

TEST_F(DnsFileTest, IsReadAgainOnlyWhenItHasChanged) {
  write("one", kLongAgo);
  EXPECT_EQ(file_.read_if_changed(), "one");
  EXPECT_EQ(file_.read_if_changed(), std::nullopt);
  write("two", kLongAgo + 1);
  EXPECT_EQ(file_.read_if_changed(), "two");
  EXPECT_EQ(file_.read_if_changed(), std::nullopt);
  write("three", kLongAgo + 1);
  EXPECT_EQ(file_.read_if_changed(), "three");
}

TEST_F(DnsFileTest, IsReadAgainForAWhileAfterAChange) {
  write("one", time(nullptr));
  EXPECT_EQ(file_.read_if_changed(), "one");
  write("two", time(nullptr));
  EXPECT_EQ(file_.read_if_changed(), "two");
}

TEST_F(DnsFileTest, MayComeAndGo) {
  EXPECT_EQ(file_.read_if_changed(), "");
  EXPECT_EQ(file_.read_if_changed(), std::nullopt);
  write("one", kLongAgo);
  EXPECT_EQ(file_.read_if_changed(), "one");
  std::filesystem::remove(path_);
  EXPECT_EQ(file_.read_if_changed(), "");
  EXPECT_EQ(file_.read_if_changed(), std::nullopt);
}

}  // namespace
}  // namespace godwit::io
