// SPDX-License-Identifier: Apache-2.0
#include "net/network_snapshot.h"

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

struct Addresses {
  std::string_view global;
  std::string_view link_local;
  std::string_view loopback;
};

class NetworkSnapshotTest : public ::testing::TestWithParam<Addresses> {
 protected:
  static IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
  static InterfaceAddress held(std::string_view text) {
    InterfaceAddress held;
    held.address = address(text);
    return held;
  }

  NetworkSnapshotTest() {
    lo_.index = 1;
    lo_.name = "lo";
    lo_.up = true;
    lo_.loopback = true;
    lo_.addresses = {held(GetParam().loopback)};
    wifi_.index = 3;
    wifi_.name = "wlan0";
    wifi_.up = true;
    wifi_.addresses = {held(GetParam().link_local), held(GetParam().global)};
  }

  [[nodiscard]] NetworkSnapshot snapshot() const {
    NetworkSnapshot snapshot;
    snapshot.interfaces = {lo_, wifi_};
    return snapshot;
  }

  IpAddress global_ = address(GetParam().global);
  Interface lo_;
  Interface wifi_;
};

TEST_P(NetworkSnapshotTest, AnAddressIsThereWhileItsInterfaceIsUp) {
  EXPECT_TRUE(snapshot().has_address(global_));
  EXPECT_FALSE(snapshot().has_address(address("198.51.100.1")));
  wifi_.up = false;
  EXPECT_FALSE(snapshot().has_address(global_));
}

TEST_P(NetworkSnapshotTest, ATentativeAddressIsNotThereYet) {
  wifi_.addresses[1].tentative = true;
  EXPECT_FALSE(snapshot().has_address(global_));
  EXPECT_FALSE(snapshot().has_usable_address());
}

TEST_P(NetworkSnapshotTest, ADeprecatedAddressStillServes) {
  wifi_.addresses[1].deprecated = true;
  EXPECT_TRUE(snapshot().has_address(global_));
  EXPECT_TRUE(snapshot().has_usable_address());
}

TEST_P(NetworkSnapshotTest, LoopbackAndLinkLocalCarryNoCall) {
  EXPECT_TRUE(snapshot().has_usable_address());
  wifi_.addresses.pop_back();
  EXPECT_FALSE(snapshot().has_usable_address());
  EXPECT_TRUE(snapshot().has_address(address(GetParam().link_local)));
  wifi_.addresses = {held(GetParam().loopback)};
  EXPECT_FALSE(snapshot().has_usable_address());
}

TEST_P(NetworkSnapshotTest, AnInterfaceThatIsDownIsOfNoUse) {
  wifi_.up = false;
  EXPECT_FALSE(snapshot().has_usable_address());
}

TEST_P(NetworkSnapshotTest, InterfacesAreFoundByIndexAndByAddress) {
  EXPECT_EQ(snapshot().interface_name(3), "wlan0");
  EXPECT_EQ(snapshot().interface_name(9), "");
  EXPECT_EQ(snapshot().interface_of(global_), "wlan0");
  EXPECT_EQ(snapshot().interface_of(address("198.51.100.1")), "");
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, NetworkSnapshotTest,
                         ::testing::Values(Addresses{"192.0.2.7", "169.254.3.4", "127.0.0.1"},
                                           Addresses{"2001:db8::7", "fe80::7", "::1"}));

}  // namespace
}  // namespace godwit::net
