// SPDX-License-Identifier: Apache-2.0
#include "io/netlink_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "support/address_of.h"
#include "support/private_network.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

using test::ip;

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

struct Move {
  std::string_view own, gateway, beyond;
};

class NetlinkMonitorLiveTest : public ::testing::TestWithParam<Move> {
 protected:
  // Two ends of a cable in a namespace of its own.
  static void in_network(const std::function<void()>& body) {
    const auto obstacle = test::in_private_network([&] {
      ASSERT_TRUE(test::ip_command("link add wifi0 type veth peer name far0"));
      ASSERT_TRUE(test::ip_command("link set wifi0 up"));
      ASSERT_TRUE(test::ip_command("link set far0 up"));
      body();
    });
    if (!obstacle.empty()) GTEST_SKIP() << obstacle;
  }
  static std::string add_address() {
    const bool v4 = ip(GetParam().own).is_v4();
    return "addr add " + std::string(GetParam().own) + (v4 ? "/24" : "/64 nodad") + " dev wifi0";
  }
  static std::string route(std::string_view verb) {
    const bool v4 = ip(GetParam().own).is_v4();
    return std::string(v4 ? "-4" : "-6") + " route " + std::string(verb) + " default via " +
           std::string(GetParam().gateway);
  }
};

INSTANTIATE_TEST_SUITE_P(Families, NetlinkMonitorLiveTest,
                         ::testing::Values(Move{"10.1.0.2", "10.1.0.1", "10.9.0.2"},
                                           Move{"2001:db8:1::2", "2001:db8:1::1",
                                                "2001:db8:9::2"}));

// A monitor that looks at every hint, as the driver does.
struct Lookout {
  Loop loop;
  net::IpAddress beyond = ip(NetlinkMonitorLiveTest::GetParam().beyond);
  net::NetworkSnapshot seen;
  int hints = 0;
  std::unique_ptr<NetlinkMonitor> monitor = [this] {
    auto opened = NetlinkMonitor::open(loop, [this](NetlinkMonitor::Cause, TimePoint) {
      ++hints;
      seen = monitor->observe({beyond});
    });
    return std::move(*opened);
  }();

  bool knows_way() const { return seen.routes.contains(beyond) && seen.routes.at(beyond); }
};

TEST_P(NetlinkMonitorLiveTest, ANewAddressAndItsRouteAreToldAndSeen) {
  in_network([] {
    Lookout lookout;
    lookout.seen = lookout.monitor->observe({lookout.beyond});
    EXPECT_FALSE(lookout.knows_way());

    ASSERT_TRUE(test::ip_command(add_address()) && test::ip_command(route("add")));
    ASSERT_TRUE(test::serve_until(lookout.loop, [&] {
      return lookout.knows_way() && lookout.seen.has_address(ip(GetParam().own));
    }));
    EXPECT_EQ(lookout.seen.interface_of(ip(GetParam().own)), "wifi0");
    EXPECT_EQ(lookout.seen.routes.at(lookout.beyond)->source, ip(GetParam().own));
    ASSERT_EQ(lookout.seen.default_routes.size(), 1U);
    EXPECT_EQ(lookout.seen.default_routes[0].gateway, ip(GetParam().gateway));
  });
}

TEST_P(NetlinkMonitorLiveTest, AnAddressThatGoesTakesItsRouteAlong) {
  in_network([] {
    ASSERT_TRUE(test::ip_command(add_address()) && test::ip_command(route("add")));
    Lookout lookout;
    lookout.seen = lookout.monitor->observe({lookout.beyond});
    ASSERT_TRUE(lookout.knows_way());

    ASSERT_TRUE(test::ip_command("addr flush dev wifi0"));
    ASSERT_TRUE(test::serve_until(lookout.loop, [&] {
      return !lookout.knows_way() && !lookout.seen.has_address(ip(GetParam().own));
    }));
  });
}

TEST_P(NetlinkMonitorLiveTest, ALinkThatGoesDownTakesTheDefaultRouteAlong) {
  in_network([] {
    ASSERT_TRUE(test::ip_command(add_address()) && test::ip_command(route("add")));
    Lookout lookout;
    lookout.seen = lookout.monitor->observe({lookout.beyond});
    ASSERT_EQ(lookout.seen.default_routes.size(), 1U);

    ASSERT_TRUE(test::ip_command("link set wifi0 down"));
    ASSERT_TRUE(test::serve_until(lookout.loop, [&] {
      return lookout.seen.default_routes.empty() && !lookout.seen.has_usable_address();
    }));
  });
}

TEST_P(NetlinkMonitorLiveTest, AReplacedRouteLeavesNoOldOneBehind) {
  in_network([] {
    ASSERT_TRUE(test::ip_command(add_address()) && test::ip_command(route("add")));
    Lookout lookout;
    lookout.seen = lookout.monitor->observe({lookout.beyond});
    const bool v4 = ip(GetParam().own).is_v4();
    const std::string other = v4 ? "10.1.0.9" : "2001:db8:1::9";

    ASSERT_TRUE(
        test::ip_command((v4 ? "-4" : "-6") + std::string(" route replace default via ") + other));
    ASSERT_TRUE(test::serve_until(lookout.loop, [&] {
      return lookout.seen.default_routes.size() == 1 &&
             lookout.seen.default_routes[0].gateway == ip(other);
    }));
  });
}

TEST_P(NetlinkMonitorLiveTest, WhatTheTableLearntIsWhatADumpTells) {
  in_network([] {
    Lookout lookout;
    lookout.seen = lookout.monitor->observe({lookout.beyond});
    for (const auto& command :
         {add_address(), route("add"), route("del"), std::string("link del wifi0")}) {
      ASSERT_TRUE(test::ip_command(command));
      auto fresh = NetlinkMonitor::open(lookout.loop, {});
      ASSERT_TRUE(fresh);
      EXPECT_TRUE(test::serve_until(lookout.loop, [&] {
        return lookout.seen == (*fresh)->observe({lookout.beyond});
      })) << command;
    }
  });
}

TEST_P(NetlinkMonitorLiveTest, AnUnreachableRouteIsNoWay) {
  in_network([] {
    RouteLookup lookup;
    ASSERT_TRUE(test::ip_command(add_address()));
    const auto beyond = ip(GetParam().beyond);
    const std::string family = beyond.is_v4() ? "-4" : "-6";
    for (const std::string kind : {"unreachable", "blackhole", "prohibit"}) {
      ASSERT_TRUE(test::ip_command(family + " route add " + kind + " default"));
      EXPECT_FALSE(lookup.find(beyond)) << kind;
      ASSERT_TRUE(test::ip_command(family + " route del " + kind + " default"));
    }
  });
}

TEST(NetlinkMonitorTentative, AnAddressUnderDetectionIsNoSourceYet) {
  const auto obstacle = test::in_private_network([] {
    ASSERT_TRUE(test::ip_command("link add wifi0 type veth peer name far0"));
    ASSERT_TRUE(test::ip_command("link set far0 up"));
    ASSERT_TRUE(test::ip_command("link set wifi0 up"));
    ASSERT_TRUE(test::ip_command("addr add 2001:db8:1::2/64 dev wifi0"));
    Loop loop;
    auto monitor = NetlinkMonitor::open(loop, {});
    ASSERT_TRUE(monitor);
    const auto neighbour = ip("2001:db8:1::9");
    const auto snapshot = (*monitor)->observe({neighbour});
    EXPECT_FALSE(snapshot.has_address(ip("2001:db8:1::2")));
    const auto& choice = snapshot.routes.at(neighbour);
    EXPECT_FALSE(choice) << to_string(choice->source);
  });
  if (!obstacle.empty()) GTEST_SKIP() << obstacle;
}

}  // namespace
}  // namespace godwit::io
