// SPDX-License-Identifier: Apache-2.0
#include "io/name_server_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

net::NameServer at_53(const std::string& address) {
  return *net::NameServer::parse(address);
}

class NameServerWatchTest : public ::testing::Test {
 protected:
  NameServerWatchTest() {
    std::filesystem::create_directories(folder_ / "run");
    write("resolv.conf", "192.0.2.1");
  }
  ~NameServerWatchTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& file, const std::string& server) {
    std::ofstream(folder_ / file) << "nameserver " << server << '\n';
  }
  void replace(const std::string& file, const std::string& server) {
    write(file + ".new", server);
    std::filesystem::rename(folder_ / (file + ".new"), folder_ / file);
  }
  void start() {
    watch_.emplace(loop_, [this] { ++hints_; },
                   NameServerFiles{(folder_ / "resolv.conf").string(), (folder_ / "run/resolv.conf").string()});
  }
  /// How many hints come, of what has happened by now.
  int hints() {
    hints_ = 0;
    for (int i = 0; i < 5; ++i) loop_.poll(1ms);
    return hints_;
  }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) /
                                  (std::string("godwit-name-servers-") +
                                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
  Loop loop_;
  int hints_ = 0;
  std::optional<NameServerWatch> watch_;
};

TEST_F(NameServerWatchTest, OthersAreToldOnceHoweverTheFileCameAbout) {
  start();
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("192.0.2.1")));
  EXPECT_EQ(hints(), 0);
  write("resolv.conf", "192.0.2.2");
  EXPECT_EQ(hints(), 1);
  replace("resolv.conf", "192.0.2.3");
  EXPECT_EQ(hints(), 1);
  write("resolv.conf", "192.0.2.4");
  EXPECT_EQ(hints(), 1) << "the file that took the other's place";
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("192.0.2.4")));
}

TEST_F(NameServerWatchTest, TheSameWrittenAgainAndOtherFilesAreNoNews) {
  start();
  write("resolv.conf", "192.0.2.1");
  replace("resolv.conf", "192.0.2.1");
  write("hosts", "192.0.2.9");
  EXPECT_EQ(hints(), 0);
}

TEST_F(NameServerWatchTest, AFileThatIsGoneOrEmptyChangesNothing) {
  start();
  std::ofstream(folder_ / "resolv.conf").close();
  EXPECT_EQ(hints(), 0);
  std::filesystem::remove(folder_ / "resolv.conf");
  EXPECT_EQ(hints(), 0);
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("192.0.2.1")));
  write("resolv.conf", "192.0.2.2");
  EXPECT_EQ(hints(), 1);
}

TEST_F(NameServerWatchTest, WhereALinkLeadsIsWatched) {
  std::filesystem::create_directories(folder_ / "elsewhere");
  write("elsewhere/servers", "192.0.2.5");
  std::filesystem::remove(folder_ / "resolv.conf");
  std::filesystem::create_symlink("elsewhere/servers", folder_ / "resolv.conf");
  start();
  replace("elsewhere/servers", "192.0.2.6");
  EXPECT_EQ(hints(), 1);
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("192.0.2.6")));
}

TEST_F(NameServerWatchTest, BehindAResolverOnThisHostThoseThatItAsksAreSeen) {
  write("resolv.conf", "127.0.0.53");
  write("run/resolv.conf", "2001:db8::1");
  start();
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("2001:db8::1")));
  replace("run/resolv.conf", "2001:db8::2");
  EXPECT_EQ(hints(), 1);
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("2001:db8::2")));
}

TEST_F(NameServerWatchTest, WithoutAHintNothingIsWatchedButALookSees) {
  watch_.emplace(loop_, nullptr, NameServerFiles{(folder_ / "resolv.conf").string(), ""});
  replace("resolv.conf", "192.0.2.2");
  loop_.poll(1ms);
  EXPECT_THAT(watch_->current(), ElementsAre(at_53("192.0.2.2")));
}

}  // namespace
}  // namespace godwit::io
