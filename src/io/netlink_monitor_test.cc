// SPDX-License-Identifier: Apache-2.0
#include "io/netlink_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace godwit::io {
namespace {

net::IpAddress ip(std::string_view text) {
  return *net::IpAddress::parse(text);
}

bool has_loopback(const net::NetworkSnapshot& snapshot) {
  return std::any_of(snapshot.interfaces.begin(), snapshot.interfaces.end(), [](const auto& found) {
    return found.name == "lo" && found.loopback && found.up;
  });
}

class NetlinkMonitorTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    NetlinkMonitor::Hint hint;
    if (GetParam()) hint = [](NetlinkMonitor::Cause, TimePoint) {};
    auto opened = NetlinkMonitor::open(loop_, std::move(hint));
    ASSERT_TRUE(opened) << opened.error().detail;
    monitor_ = std::move(*opened);
  }

  Loop loop_;
  std::unique_ptr<NetlinkMonitor> monitor_;
};

INSTANTIATE_TEST_SUITE_P(WatchingOrNot, NetlinkMonitorTest, ::testing::Bool());

TEST_P(NetlinkMonitorTest, FirstLookSeesLoopback) {
  const auto snapshot = monitor_->observe({});
  EXPECT_TRUE(has_loopback(snapshot));
  EXPECT_TRUE(snapshot.has_address(ip("127.0.0.1")));
  EXPECT_TRUE(std::is_sorted(snapshot.default_routes.begin(), snapshot.default_routes.end()));
}

TEST_P(NetlinkMonitorTest, EveryDestinationIsAnswered) {
  const auto snapshot = monitor_->observe({ip("127.0.0.1"), ip("0.0.0.0")});
  ASSERT_EQ(snapshot.routes.size(), 2U);
  ASSERT_TRUE(snapshot.routes.at(ip("127.0.0.1")));
  EXPECT_EQ(snapshot.routes.at(ip("127.0.0.1"))->source, ip("127.0.0.1"));
  EXPECT_FALSE(snapshot.routes.at(ip("0.0.0.0")));
}

TEST_P(NetlinkMonitorTest, LookingAgainSeesTheSame) {
  const std::vector<net::IpAddress> destinations = {ip("127.0.0.1"), ip("::1")};
  EXPECT_EQ(monitor_->observe(destinations), monitor_->observe(destinations));
}

}  // namespace
}  // namespace godwit::io
