// SPDX-License-Identifier: Apache-2.0
#include "net/rtnetlink_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/netlink_bytes.h"

namespace godwit::net::rtnetlink {
namespace {

using test::NetlinkBytes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::byte> joined(const NetlinkBytes& a, const NetlinkBytes& b) {
  std::vector<std::byte> out(a.bytes().begin(), a.bytes().end());
  out.insert(out.end(), b.bytes().begin(), b.bytes().end());
  return out;
}

std::vector<std::uint16_t> message_types(Bytes datagram) {
  std::vector<std::uint16_t> types;
  for_each_message(datagram, [&](const Message& message) { types.push_back(message.type); });
  return types;
}

std::vector<std::uint16_t> attribute_types(Bytes attributes) {
  std::vector<std::uint16_t> types;
  for_each_attribute(attributes, [&](const Attribute& found) { types.push_back(found.type); });
  return types;
}

TEST(RtnetlinkReader, VisitsEveryMessageOfADatagram) {
  EXPECT_THAT(message_types(joined(NetlinkBytes(16).u32(1), NetlinkBytes(20))),
              ElementsAre(16, 20));
}

TEST(RtnetlinkReader, StopsAtAMessageLongerThanTheDatagram) {
  const auto bytes = joined(NetlinkBytes(16), NetlinkBytes(20));
  EXPECT_THAT(message_types(Bytes(bytes).first(bytes.size() - 1)), ElementsAre(16));
}

TEST(RtnetlinkReader, StopsAtAMessageShorterThanItsHeader) {
  NetlinkBytes bytes = NetlinkBytes::raw();
  bytes.u32(3).u16(16).u16(0).u32(0).u32(0);
  EXPECT_THAT(message_types(bytes.bytes()), IsEmpty());
}

TEST(RtnetlinkReader, AttributesAreAlignedAndTheirFlagBitsIgnored) {
  NetlinkBytes bytes = NetlinkBytes::raw();
  bytes.text(3, "lo").number(0x8000 | 9, 1);
  EXPECT_THAT(attribute_types(bytes.bytes()), ElementsAre(3, 9));
}

TEST(RtnetlinkReader, StopsAtABrokenAttribute) {
  NetlinkBytes bytes = NetlinkBytes::raw();
  bytes.number(4, 1).u16(200).u16(5);
  EXPECT_THAT(attribute_types(bytes.bytes()), ElementsAre(4));
}

TEST(RtnetlinkReader, NumbersBeyondTheEndAreMissing) {
  NetlinkBytes bytes = NetlinkBytes::raw();
  bytes.u32(0x01020304);
  EXPECT_EQ(read<std::uint32_t>(bytes.bytes(), 0), 0x01020304U);
  EXPECT_FALSE(read<std::uint32_t>(bytes.bytes(), 1));
  EXPECT_FALSE(read<std::uint8_t>(bytes.bytes(), 4));
  EXPECT_FALSE(read<std::uint8_t>(bytes.bytes(), ~std::size_t{0}));
}

TEST(RtnetlinkReader, OnlyLinkLocalAddressesKeepTheirScope) {
  const auto link_local = *IpAddress::parse("fe80::1");
  const auto global = *IpAddress::parse("2001:db8::1");
  EXPECT_EQ(read_address(std::as_bytes(link_local.bytes()), Family::v6, 3)->scope(), 3U);
  EXPECT_EQ(read_address(std::as_bytes(global.bytes()), Family::v6, 3)->scope(), 0U);
  EXPECT_FALSE(read_address(std::as_bytes(global.bytes()).first(15), Family::v6));
}

TEST(RtnetlinkReader, TextEndsAtTheFirstZero) {
  const std::string name("wifi0\0rest", 10);
  EXPECT_EQ(read_text(std::as_bytes(std::span(name))), "wifi0");
  EXPECT_EQ(read_text({}), "");
}

TEST(RtnetlinkReader, KnowsTheTwoFamilies) {
  EXPECT_EQ(family_of(2), Family::v4);
  EXPECT_EQ(family_of(10), Family::v6);
  EXPECT_EQ(family_of(7), std::nullopt);
}

}  // namespace
}  // namespace godwit::net::rtnetlink
