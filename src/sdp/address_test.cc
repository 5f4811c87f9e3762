// SPDX-License-Identifier: Apache-2.0
#include "sdp/address.h"

#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

Scanned<AddressParts> scan(std::string_view text) {
  Words words(text);
  AddressParts parts;
  if (const auto wrong = take_address(words, parts)) return tl::unexpected(*wrong);
  return parts;
}

TEST(SdpAddress, WritesTheTypesFromALiteral) {
  EXPECT_EQ(to_string(Address(*net::IpAddress::parse("192.0.2.1"))), "IN IP4 192.0.2.1");
  EXPECT_EQ(to_string(Address(*net::IpAddress::parse("[2001:DB8::1]"))), "IN IP6 2001:db8::1");
  EXPECT_EQ(to_string(Address(*net::IpAddress::parse("::ffff:192.0.2.1"))), "IN IP4 192.0.2.1");
}

TEST(SdpAddress, KeepsTheTypesOfANameAndOfAnotherNetwork) {
  for (const char* const text :
       {"IN IP6 held.invalid", "IN IP4 media.example.org", "ATM NSAP 47.0091.8100",
        "TN RFC2543 +1-201-406-4090", "PSTN E164 192.0.2.1"}) {
    const auto parts = scan(text);
    ASSERT_TRUE(parts) << text;
    EXPECT_EQ(read_ip(*parts), std::nullopt) << text;
    EXPECT_EQ(to_string(read_address(*parts)), text);
    EXPECT_EQ(literal(read_address(*parts)), nullptr);
  }
}

// Dual-stack test T73.
TEST(SdpAddress, ReadsALiteralByWhatItIsNotByItsType) {
  for (const char* const text : {"IN IP4 2001:db8::1", "in ip6 2001:db8::1", "IN IPV6 2001:db8::1",
                                 "IN IP6 [2001:db8::1]"}) {
    const auto parts = scan(text);
    ASSERT_TRUE(parts) << text;
    EXPECT_EQ(to_string(read_address(*parts)), "IN IP6 2001:db8::1") << text;
  }
  const auto agree = [](std::string_view text) {
    const auto parts = scan(text);
    return types_agree(*parts, *read_ip(*parts));
  };
  EXPECT_FALSE(agree("IN IP4 2001:db8::1"));
  EXPECT_FALSE(agree("IN IP6 192.0.2.1"));
  EXPECT_FALSE(agree("IN IPV4 192.0.2.1"));
  EXPECT_TRUE(agree("in ip4 192.0.2.1"));
}

// Dual-stack rule R26.
TEST(SdpAddress, LeavesOutAZoneId) {
  EXPECT_EQ(to_string(read_address(*scan("IN IP6 fe80::1%eth0"))), "IN IP6 fe80::1");
  EXPECT_EQ(read_ip(*scan("IN IP4 192.0.2.1%eth0")), std::nullopt);
}

TEST(SdpAddress, SaysWhichWordIsMissing) {
  EXPECT_EQ(scan("").error(), (Fault{"expected a network type: IN", 0}));
  EXPECT_EQ(scan("IN").error(), (Fault{"expected an address type: IP4 or IP6", 2}));
  EXPECT_EQ(scan("IN IP4 ").error(), (Fault{"expected an address", 7}));
  EXPECT_EQ(scan("I/N IP4 x").error(), (Fault{"expected a network type: IN", 0}));
  EXPECT_EQ(scan("IN I=4 x").error(), (Fault{"expected an address type: IP4 or IP6", 3}));
}

}  // namespace
}  // namespace godwit::sdp
