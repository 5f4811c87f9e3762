// SPDX-License-Identifier: Apache-2.0
#include "net/socket_address.h"

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

class SocketAddressTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(SocketAddressTest, IsReadAndWrittenAlike) {
  const auto address = SocketAddress::parse(GetParam());
  ASSERT_TRUE(address);
  EXPECT_EQ(to_string(*address), GetParam());
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, SocketAddressTest,
                         ::testing::Values("192.0.2.1:5060", "192.0.2.1:0", "192.0.2.1:65535",
                                           "[2001:db8::1]:5060", "[::]:1"));

class NoSocketAddressTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(NoSocketAddressTest, IsRefused) {
  EXPECT_EQ(SocketAddress::parse(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Texts, NoSocketAddressTest,
                         ::testing::Values("", ":", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536",
                                           "192.0.2.1:-1", "192.0.2.1:5060 ", ":5060", "host:5060",
                                           "2001:db8::1:5060", "[2001:db8::1]", "[2001:db8::1]:",
                                           "[2001:db8::1]5060", "[192.0.2.1]:5060"));

TEST(SocketAddressTest, HasTheFamilyOfItsAddressAndOrdersByAddressThenPort) {
  const auto low = SocketAddress::parse("192.0.2.1:5061").value();
  const auto high = SocketAddress::parse("192.0.2.2:5060").value();
  EXPECT_EQ(low.family(), Family::v4);
  EXPECT_EQ(SocketAddress::parse("[::1]:1")->family(), Family::v6);
  EXPECT_LT(low, high);
}

}  // namespace
}  // namespace godwit::net
