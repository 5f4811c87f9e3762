// SPDX-License-Identifier: Apache-2.0
#include "net/ip_address.h"

#include <gmock/gmock.h>

namespace godwit::net {
namespace {

using ::testing::ElementsAre;

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

struct Spelling {
  std::string_view read;
  std::string_view written;
};
class SpellingTest : public ::testing::TestWithParam<Spelling> {};

TEST_P(SpellingTest, IsWrittenInTheOneWayOfRfc5952) {
  const auto [read, written] = GetParam();
  EXPECT_EQ(to_string(address(read)), written);
  EXPECT_EQ(address(written), address(read));
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, SpellingTest,
    ::testing::Values(
        Spelling{"192.0.2.1", "192.0.2.1"}, Spelling{"0.0.0.0", "0.0.0.0"},
        Spelling{"255.255.255.255", "255.255.255.255"}, Spelling{"2001:db8::1", "2001:db8::1"},
        Spelling{"[2001:db8::1]", "2001:db8::1"}, Spelling{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        Spelling{"2001:0db8::0001", "2001:db8::1"},                // §4.1 leading zeros
        Spelling{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // §4.2.2 one group only
        Spelling{"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},   // the same, shortened
        Spelling{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // §4.2.3 the longest run
        Spelling{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // the first of equals
        Spelling{"::", "::"}, Spelling{"::1", "::1"}, Spelling{"1::", "1::"},
        Spelling{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        Spelling{"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"}, Spelling{"::ffff:192.0.2.1", "192.0.2.1"},
        Spelling{"[::FFFF:c000:201]", "192.0.2.1"},
        Spelling{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        Spelling{"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"}));

class NoAddressTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(NoAddressTest, IsRefused) {
  EXPECT_EQ(IpAddress::parse(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NoAddressTest,
    ::testing::Values("", "host", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04",
                      "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "-1.2.3.4",
                      "1.2.3.4:5060", "[1.2.3.4]", ":", ":::", "::1::", "1::2::3", ":1", "1:",
                      "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2:3:4:5:6:7:8",
                      "12345::", "g::", "+1::", "-1::", "0x1::", "fe80::1%eth0", "[fe80::1%25eth0]",
                      "[::1", "::1]", "[]", "[[::1]]", "::1.2.3.4:5", "1.2.3.4::", "::1.2.3",
                      "::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4", "2001:db8:::1"));

TEST(IpAddressTest, BytesAreFourOrSixteenInNetworkOrder) {
  EXPECT_THAT(address("192.0.2.1").bytes(), ElementsAre(192, 0, 2, 1));
  EXPECT_THAT(address("2001:db8::1").bytes(),
              ElementsAre(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(IpAddressTest, AMappedAddressIsTheIPv4AddressItStandsFor) {
  std::array<std::uint8_t, 16> mapped{};
  mapped[10] = mapped[11] = 0xff;
  mapped[12] = 192;
  mapped[15] = 1;
  const auto unmapped = IpAddress::v6(mapped, 3);
  EXPECT_TRUE(unmapped.is_v4());
  EXPECT_EQ(unmapped, IpAddress::v4({192, 0, 0, 1}));
  EXPECT_EQ(unmapped.scope(), 0U);
}

TEST(IpAddressTest, TheScopeTellsEqualLinkLocalAddressesApartButIsNotWritten) {
  std::array<std::uint8_t, 16> bytes{0xfe, 0x80};
  bytes[15] = 1;
  const auto on_first = IpAddress::v6(bytes, 1);
  const auto on_second = IpAddress::v6(bytes, 2);
  EXPECT_NE(on_first, on_second);
  EXPECT_EQ(on_second.scope(), 2U);
  EXPECT_EQ(to_string(on_second), "fe80::1");
}

TEST(IpAddressTest, FamiliesDifferEvenWithTheSameFirstBytes) {
  EXPECT_NE(IpAddress::any(Family::v4), IpAddress::any(Family::v6));
  EXPECT_EQ(IpAddress::any(Family::v4), IpAddress{});
  EXPECT_EQ(IpAddress::any(Family::v6), address("::"));
  EXPECT_LT(address("255.255.255.255"), address("::"));
}

struct Kind {
  std::string_view text;
  std::string_view kind;
};
class KindTest : public ::testing::TestWithParam<Kind> {};

TEST_P(KindTest, IsOfExactlyTheKindsItShouldBe) {
  const auto [text, kind] = GetParam();
  const auto subject = address(text);
  EXPECT_EQ(subject.is_unspecified(), kind == "unspecified");
  EXPECT_EQ(subject.is_loopback(), kind == "loopback");
  EXPECT_EQ(subject.is_link_local(), kind == "link-local");
  EXPECT_EQ(subject.is_multicast(), kind == "multicast");
  EXPECT_EQ(subject.is_clat(), kind == "clat");
}

TEST(IpAddressTest, KnowsThePrivateNetworks) {
  for (const auto* const text : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.20",
                                 "100.64.0.1", "100.127.255.255", "fc00::1", "fdff::1"}) {
    EXPECT_TRUE(IpAddress::parse(text)->is_private()) << text;
  }
  for (const auto* const text :
       {"9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1",
        "100.128.0.1", "127.0.0.1", "fb00::1", "fe80::1", "2001:db8::1", "::"}) {
    EXPECT_FALSE(IpAddress::parse(text)->is_private()) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, KindTest,
    ::testing::Values(Kind{"0.0.0.0", "unspecified"}, Kind{"::", "unspecified"},
                      Kind{"127.0.0.1", "loopback"}, Kind{"127.255.0.9", "loopback"},
                      Kind{"::1", "loopback"}, Kind{"::2", "other"}, Kind{"100::1", "other"},
                      Kind{"169.254.0.1", "link-local"}, Kind{"169.253.255.255", "other"},
                      Kind{"fe80::1", "link-local"}, Kind{"febf::1", "link-local"},
                      Kind{"fec0::1", "other"}, Kind{"224.0.0.1", "multicast"},
                      Kind{"239.255.255.255", "multicast"}, Kind{"240.0.0.1", "other"},
                      Kind{"ff02::1", "multicast"}, Kind{"192.0.0.0", "clat"},
                      Kind{"192.0.0.7", "clat"}, Kind{"192.0.0.8", "other"},
                      Kind{"192.0.2.1", "other"}, Kind{"2001:db8::1", "other"}));

TEST(IpAddressTest, AUriHostHasBracketsAroundIPv6Only) {
  EXPECT_EQ(to_uri_host(address("192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(to_uri_host(address("2001:db8::1")), "[2001:db8::1]");
}

TEST(IpAddressTest, FamiliesHaveNames) {
  EXPECT_EQ(sdp_address_type(Family::v4), "IP4");
  EXPECT_EQ(sdp_address_type(Family::v6), "IP6");
  EXPECT_EQ(to_string(Family::v4), "v4");
  EXPECT_EQ(to_string(Family::v6), "v6");
}

}  // namespace
}  // namespace godwit::net
