// SPDX-License-Identifier: Apache-2.0
#include "ua/roaming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::ip;

struct Network {
  std::vector<std::pair<std::string, std::string>> addresses;  // interface, address
  std::string way_to_server;                                   // source, or "" for none
};

net::NetworkSnapshot snapshot_of(const Network& network) {
  net::NetworkSnapshot snapshot;
  std::uint32_t index = 1;
  for (const auto& [name, address] : network.addresses) {
    net::Interface interface;
    interface.index = ++index;
    interface.name = name;
    interface.up = true;
    interface.addresses.push_back({ip(address), 24, false, false, false});
    snapshot.interfaces.push_back(interface);
  }
  auto& route = snapshot.routes[ip("10.9.0.1")];
  if (!network.way_to_server.empty()) route = net::RouteChoice{ip(network.way_to_server), 2};
  return snapshot;
}

class RoamingTest : public ::testing::Test {
 protected:
  RoamingTest() {
    in_use_.accounts.push_back({AccountId{1}, {ip("10.1.0.2"), ip("10.9.0.1"), {ip("10.9.0.1")}}});
    EXPECT_TRUE(look({{{"wifi0", "10.1.0.2"}}, "10.1.0.2"}).empty());
  }
  roam::RoamRunner::Actions look(const Network& network) {
    return roaming_.on_snapshot(snapshot_of(network), in_use_, now_, now_);
  }
  roam::RoamRunner::Actions look_with_name_server(Network network, const std::string& server) {
    auto snapshot = snapshot_of(network);
    snapshot.name_servers.push_back({ip(server), net::kDnsPort, {}});
    return roaming_.on_snapshot(snapshot, in_use_, now_, now_);
  }
  static std::vector<std::string> performed(const roam::RoamRunner::Actions& actions) {
    std::vector<std::string> kinds;
    for (const auto& action : actions) {
      if (const auto* step = std::get_if<roam::RoamRunner::Perform>(&action)) {
        kinds.emplace_back(roam::kind_of(step->step));
      }
    }
    return kinds;
  }

  Roaming roaming_{NetworkPolicy{}};
  roam::InUse in_use_;
  TimePoint now_{1000s};
};

TEST_F(RoamingTest, TheFirstLookIsNoChange) {
  EXPECT_FALSE(roaming_.runner().active());
  EXPECT_TRUE(look({{{"wifi0", "10.1.0.2"}}, "10.1.0.2"}).empty());
}

TEST_F(RoamingTest, ActsAtOnceWhenTheAddressInUseIsGoneAndAnotherWorks) {
  const auto actions = look({{{"lte0", "10.2.0.2"}}, "10.2.0.2"});
  EXPECT_THAT(performed(actions), ::testing::ElementsAre("register"));
  EXPECT_EQ(roaming_.noticed(), now_);
}

TEST_F(RoamingTest, WaitsForQuietWhenTheOldWayStillWorks) {
  EXPECT_TRUE(look({{{"wifi0", "10.1.0.2"}, {"lte0", "10.2.0.2"}}, "10.2.0.2"}).empty());
  ASSERT_EQ(roaming_.next_deadline(), now_ + 250ms);
  const auto noticed = now_;
  now_ += 250ms;
  EXPECT_THAT(performed(roaming_.on_timeout(in_use_, now_)), ::testing::ElementsAre("register"));
  EXPECT_EQ(roaming_.noticed(), noticed) << "it was noticed when the system told of it";
}

TEST_F(RoamingTest, VerifiesAnAddressThatWasAwayUntilItIsProven) {
  EXPECT_THAT(performed(look({{}, ""})), ::testing::ElementsAre("park"));
  EXPECT_THAT(performed(look({{{"wifi0", "10.1.0.2"}}, "10.1.0.2"})),
              ::testing::ElementsAre("probe"));
  roaming_.on_proven(ip("10.1.0.2"));
  EXPECT_THAT(performed(look({{{"wifi0", "10.1.0.2"}, {"usb0", "10.7.0.2"}}, "10.1.0.2"})),
              ::testing::IsEmpty());
}

TEST_F(RoamingTest, OtherNameServersAloneHaveTheAddressVerified) {
  const Network same{{{"wifi0", "10.1.0.2"}}, "10.1.0.2"};
  EXPECT_TRUE(look_with_name_server(same, "10.1.0.53").empty()) << "the first that are known";
  EXPECT_THAT(performed(look_with_name_server(same, "192.0.2.53")), ::testing::ElementsAre("probe"));
}

TEST_F(RoamingTest, OtherNameServersThatCameWithAnAddressArePartOfItsChange) {
  const Network wifi{{{"wifi0", "10.1.0.2"}}, "10.1.0.2"};
  const Network lte{{{"lte0", "10.2.0.2"}}, "10.2.0.2"};
  EXPECT_TRUE(look_with_name_server(wifi, "10.1.0.53").empty());
  EXPECT_THAT(performed(look_with_name_server(lte, "10.1.0.53")), ::testing::ElementsAre("register"));
  in_use_.accounts.front().server.local = ip("10.2.0.2");
  EXPECT_TRUE(look_with_name_server(lte, "10.2.0.53").empty()) << "the registration is under way";
  EXPECT_EQ(roaming_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace godwit::ua
