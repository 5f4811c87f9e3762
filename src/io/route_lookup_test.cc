// SPDX-License-Identifier: Apache-2.0
#include "io/route_lookup.h"

#include <gtest/gtest.h>

#include "support/address_of.h"

namespace godwit::io {
namespace {

using test::ip;

class RouteLookupTest : public ::testing::TestWithParam<std::string_view> {};

INSTANTIATE_TEST_SUITE_P(Families, RouteLookupTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(RouteLookupTest, TheWayToLoopbackIsThroughLoopback) {
  RouteLookup lookup;
  const auto choice = lookup.find(ip(GetParam()));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->source, ip(GetParam()));
  EXPECT_NE(choice->interface, 0U);
}

TEST_P(RouteLookupTest, AskingAgainGivesTheSameAnswer) {
  RouteLookup lookup;
  EXPECT_EQ(lookup.find(ip(GetParam())), lookup.find(ip(GetParam())));
}

TEST_P(RouteLookupTest, NothingLeadsToTheUnspecifiedAddress) {
  RouteLookup lookup;
  EXPECT_FALSE(lookup.find(net::IpAddress::any(ip(GetParam()).family())));
}

}  // namespace
}  // namespace godwit::io
