// SPDX-License-Identifier: Apache-2.0
#include "simulated_network.h"

#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::cli {
namespace {

using test::ip;

net::Interface interface(std::uint32_t index, const char* name, const char* address) {
  net::Interface added;
  added.index = index;
  added.name = name;
  added.up = true;
  net::InterfaceAddress held;
  held.address = ip(address);
  added.addresses.push_back(held);
  return added;
}

net::DefaultRoute route(std::uint32_t interface, std::uint32_t metric) {
  net::DefaultRoute added;
  added.interface = interface;
  added.metric = metric;
  return added;
}

/// Wi-Fi, which the kernel prefers, and LTE; one server.
net::NetworkSnapshot two_networks() {
  net::NetworkSnapshot snapshot;
  snapshot.interfaces = {interface(2, "wifi0", "10.1.0.2"), interface(3, "lte0", "10.2.0.2")};
  snapshot.default_routes = {route(2, 100), route(3, 200)};
  snapshot.routes[ip("10.9.0.2")] = net::RouteChoice{ip("10.1.0.2"), 2};
  return snapshot;
}

TEST(SimulatedNetwork, WithoutTheBestInterfaceTheNextOneServes) {
  Supposition supposition;
  supposition.without_interfaces = {"wifi0"};
  const auto supposed = suppose(two_networks(), supposition);
  EXPECT_FALSE(supposed.has_address(ip("10.1.0.2")));
  EXPECT_EQ(supposed.routes.at(ip("10.9.0.2")), (net::RouteChoice{ip("10.2.0.2"), 3}));
}

TEST(SimulatedNetwork, WithoutAnyInterfaceNothingLeadsThere) {
  Supposition supposition;
  supposition.without_interfaces = {"wifi0", "lte0"};
  const auto supposed = suppose(two_networks(), supposition);
  EXPECT_EQ(supposed.routes.at(ip("10.9.0.2")), std::nullopt);
}

TEST(SimulatedNetwork, ANewAddressServesOnlyWhenTheOldWayIsGone) {
  Supposition supposition;
  supposition.with_addresses = {{"usb0", ip("10.3.0.2")}};
  EXPECT_EQ(suppose(two_networks(), supposition).routes.at(ip("10.9.0.2"))->source, ip("10.1.0.2"));
  supposition.without_interfaces = {"wifi0", "lte0"};
  EXPECT_EQ(suppose(two_networks(), supposition).routes.at(ip("10.9.0.2"))->source, ip("10.3.0.2"));
}

TEST(SimulatedNetwork, ReadsInterfaceAndAddress) {
  EXPECT_EQ(parse_new_address("lte0=2001:db8::2")->address, ip("2001:db8::2"));
  EXPECT_EQ(parse_new_address("lte0=2001:db8::2")->interface, "lte0");
  EXPECT_FALSE(parse_new_address("10.2.0.2"));
  EXPECT_FALSE(parse_new_address("=10.2.0.2"));
  EXPECT_FALSE(parse_new_address("lte0=router"));
}

}  // namespace
}  // namespace godwit::cli
