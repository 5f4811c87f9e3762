// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sip/message/scan.h"
#include "sip/message/uri.h"
#include "support/address_of.h"

namespace godwit::sip {
namespace {

using test::ip;

TEST(HostTest, AddressesAreValuesAndEverythingElseIsAName) {
  EXPECT_EQ(host_from_text("192.0.2.1"), Host(ip("192.0.2.1")));
  EXPECT_EQ(host_from_text("[2001:DB8::1]"), Host(ip("2001:db8::1")));
  EXPECT_EQ(host_from_text("2001:db8::1"), Host(ip("2001:db8::1")));
  EXPECT_EQ(host_from_text("Example.COM"), Host(std::string("Example.COM")));
  EXPECT_EQ(host_from_text("256.0.0.1"), Host(std::string("256.0.0.1")));
}

TEST(HostTest, TheThreeColonsOfOldGrammarsAreTaken) {  // RFC 5118 §4.10
  EXPECT_EQ(host_from_text("[2001:db8:::192.0.2.1]"), Host(ip("2001:db8::192.0.2.1")));
  EXPECT_EQ(to_string(host_from_text("[a:::b:::c]")), "[a:::b:::c]");
}

TEST(HostTest, IsWrittenWithBracketsAroundIPv6) {
  EXPECT_EQ(to_string(host_from_text("2001:db8:0::1")), "[2001:db8::1]");
  EXPECT_EQ(to_string(host_from_text("192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(to_string(host_from_text("example.com")), "example.com");
}

TEST(HostTest, NamesCompareWithoutCaseAndAddressesByBytes) {
  EXPECT_TRUE(same_host(host_from_text("Example.com"), host_from_text("eXAMPLE.COM")));
  EXPECT_FALSE(same_host(host_from_text("example.com"), host_from_text("example.org")));
  EXPECT_TRUE(same_host(host_from_text("[2001:db8:0:0::9]"), host_from_text("2001:DB8::9")));
  EXPECT_TRUE(same_host(host_from_text("[::ffff:192.0.2.1]"), host_from_text("192.0.2.1")));
  EXPECT_FALSE(same_host(host_from_text("192.0.2.1"), host_from_text("192.0.2.2")));
  EXPECT_FALSE(same_host(host_from_text("192.0.2.1"), host_from_text("example.com")));
}

struct HostAndPort {
  std::string_view text;
  Spaces spaces;
  std::string_view host;
  std::uint16_t port;
  std::size_t end;
};
class HostPortTest : public ::testing::TestWithParam<HostAndPort> {};

TEST_P(HostPortTest, IsTakenFromTheFrontOfAText) {
  const auto& wanted = GetParam();
  std::size_t at = 0;
  const auto found = scan_host_port(wanted.text, at, wanted.spaces);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->host, wanted.host);
  EXPECT_EQ(found->port, wanted.port);
  EXPECT_EQ(at, wanted.end);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, HostPortTest,
    ::testing::Values(HostAndPort{"a.example", Spaces::refused, "a.example", 0, 9},
                      HostAndPort{"192.0.2.1:5060;lr", Spaces::refused, "192.0.2.1", 5060, 14},
                      HostAndPort{"[::1]:5061?a=b", Spaces::refused, "[::1]", 5061, 10},
                      HostAndPort{"[::1]", Spaces::refused, "[::1]", 0, 5},
                      HostAndPort{"h : 65535 ;x", Spaces::allowed, "h", 65535, 10},
                      HostAndPort{"h ;x", Spaces::allowed, "h", 0, 2},
                      HostAndPort{"h :5", Spaces::refused, "h", 0, 1}));

struct BadHost {
  std::string_view text;
  Fault fault;
};
class BadHostTest : public ::testing::TestWithParam<BadHost> {};

TEST_P(BadHostTest, IsRefusedWithItsPlace) {
  std::size_t at = 0;
  const auto found = scan_host_port(GetParam().text, at, Spaces::refused);
  ASSERT_FALSE(found);
  EXPECT_STREQ(found.error().what, GetParam().fault.what);
  EXPECT_EQ(found.error().at, GetParam().fault.at);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadHostTest,
    ::testing::Values(BadHost{"", {"expected a host", 0}}, BadHost{":5060", {"expected a host", 0}},
                      BadHost{"[]", {"expected an IPv6 address in brackets", 0}},
                      BadHost{"[::1", {"expected an IPv6 address in brackets", 0}},
                      BadHost{"[fe80::1%eth0]", {"expected an IPv6 address in brackets", 0}},
                      BadHost{"h:", {"expected a port number after \":\"", 2}},
                      BadHost{"h:x", {"expected a port number after \":\"", 2}},
                      BadHost{"cafe:db8::1", {"expected a port number after \":\"", 5}},
                      BadHost{"h:65536", {"port above 65535", 2}}));

}  // namespace
}  // namespace godwit::sip
