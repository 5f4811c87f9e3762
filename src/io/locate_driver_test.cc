// SPDX-License-Identifier: Apache-2.0
#include "io/locate_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using sip::Target;

class LocateDriverTest : public ::testing::Test {
 protected:
  LocateDriverTest() { std::ofstream(hosts_) << "127.0.0.1 pbx.example\n::1 pbx.example\n"; }
  ~LocateDriverTest() override { std::filesystem::remove(hosts_); }

  std::string hosts_ =
      (std::filesystem::temp_directory_path() / ("godwit-locate-" + std::to_string(::getpid())))
          .string();
};

sip::NextHop hop(std::string host, std::uint16_t port = 0) {
  sip::NextHop wanted;
  wanted.host = std::move(host);
  wanted.port = port;
  return wanted;
}

TEST_F(LocateDriverTest, ALiteralNeedsNobody) {
  LocateDriver driver({.hosts_file = hosts_});
  const LocateOutcome outcome = driver.run(hop("127.0.0.1", 5070), 5s);
  ASSERT_THAT(outcome.targets, SizeIs(1));
  EXPECT_EQ(outcome.targets[0].remote.port, 5070);
  EXPECT_EQ(outcome.targets[0].via, Target::Via::literal);
  EXPECT_THAT(outcome.queries, IsEmpty());
  EXPECT_FALSE(outcome.error);
}

TEST_F(LocateDriverTest, TheHostsFileOutranksDns) {
  LocateDriver driver({.hosts_file = hosts_, .dns_servers = {"127.0.0.1:9"}});
  const LocateOutcome outcome = driver.run(hop("pbx.example", 5060), 5s);
  ASSERT_THAT(outcome.targets, SizeIs(2));
  EXPECT_EQ(outcome.targets[0].via, Target::Via::hosts_file);
  EXPECT_FALSE(outcome.queries.empty());
  EXPECT_FALSE(outcome.error);
}

TEST_F(LocateDriverTest, TheLimitEndsASearchThatNobodyAnswers) {
  // Nobody reads from this address (RFC 5737), so nobody answers, and nobody refuses either.
  LocateDriver driver({.hosts_file = hosts_, .dns_servers = {"192.0.2.1:53"}});
  const LocateOutcome outcome = driver.run(hop("example.org"), 50ms);
  EXPECT_THAT(outcome.targets, IsEmpty());
  ASSERT_TRUE(outcome.error);
}

TEST_F(LocateDriverTest, StopFromAnotherThreadEndsIt) {
  LocateDriver driver({.hosts_file = hosts_, .dns_servers = {"192.0.2.1:53"}});
  std::thread other([&driver] { driver.stop(); });
  const LocateOutcome outcome = driver.run(hop("example.org"), 30s);
  other.join();
  EXPECT_TRUE(outcome.error);
}

}  // namespace
}  // namespace godwit::io
