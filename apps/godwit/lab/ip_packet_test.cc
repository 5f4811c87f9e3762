// SPDX-License-Identifier: Apache-2.0
#include "lab/ip_packet.h"

#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/packet_maker.h"

namespace godwit::lab {
namespace {

using test::at;

TEST(IpPacket, BothFamiliesAreRead) {
  for (const auto& [from, to] : {std::pair{"10.1.0.2:5060", "10.8.0.2:5070"},
                                 {"[2001:db8:1::2]:5060", "[2001:db8:8::2]:5070"}}) {
    const auto packet = make_udp({0, PacketWay::sent, at(from), at(to)}, "hello");
    const auto ip = read_ip(packet.bytes);
    ASSERT_TRUE(ip) << from;
    EXPECT_EQ(ip->source, at(from).address);
    EXPECT_EQ(ip->destination, at(to).address);
    EXPECT_EQ(ip->protocol, kIpUdp);
    EXPECT_EQ(u16(ip->payload, 2), 5070);
    EXPECT_EQ(ip->payload.size(), 13U);
  }
}

TEST(IpPacket, WhatFollowsTheLengthIsPadding) {
  auto packet = make_udp({0, PacketWay::sent, at("10.1.0.2:1"), at("10.8.0.2:2")}, "x");
  packet.bytes.resize(60);
  EXPECT_EQ(read_ip(packet.bytes)->payload.size(), 9U);
}

TEST(IpPacket, BrokenOnesAreNone) {
  const auto whole = make_udp({0, PacketWay::sent, at("[::1]:1"), at("[::2]:2")}, "");
  for (std::size_t size = 0; size < 40; ++size) {
    EXPECT_FALSE(read_ip(PacketBytes(whole.bytes).first(size))) << size;
  }
  EXPECT_FALSE(read_ip(std::vector<std::uint8_t>(40, 0x10)));
}

}  // namespace
}  // namespace godwit::lab
