// SPDX-License-Identifier: Apache-2.0
#include "rtp/packet.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace godwit::rtp {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

const Header kHeader{
    .payload_type = 8, .marker = true, .sequence = 0xfffe, .timestamp = 0x01020304, .ssrc = 7};

TEST(RtpPacketTest, ReadsTheHeaderItWrote) {
  std::vector<std::byte> wire(kHeaderSize + 2, std::byte{0x55});
  write_header(kHeader, wire);
  const auto packet = parse_packet(wire);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, kHeader);
  EXPECT_EQ(packet->payload.size(), 2U);
}

TEST(RtpPacketTest, SkipsContributorsAndHeaderExtension) {
  const auto wire = bytes_of({0x92, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3,  // two CSRC, extension
                              9,    9,    9, 9, 9, 9, 9, 9,              // CSRC
                              0xbe, 0xde, 0, 1, 9, 9, 9, 9,              // one word of extension
                              0xaa, 0xbb});
  const auto packet = parse_packet(wire);
  ASSERT_TRUE(packet);
  ASSERT_EQ(packet->payload.size(), 2U);
  EXPECT_EQ(packet->payload[0], std::byte{0xaa});
}

TEST(RtpPacketTest, CutsPaddingOff) {
  const auto wire = bytes_of({0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xaa, 0, 0, 3});
  const auto packet = parse_packet(wire);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload.size(), 1U);
}

TEST(RtpPacketTest, RefusesWhatIsCutOffOrOfAnotherVersion) {
  std::vector<std::byte> wire(kHeaderSize);
  write_header(kHeader, wire);
  for (std::size_t size = 0; size < kHeaderSize; ++size) {
    EXPECT_FALSE(parse_packet(std::span{wire}.first(size))) << size;
  }
  wire[0] = std::byte{0x40};
  EXPECT_FALSE(parse_packet(wire)) << "version 1";
  wire[0] = std::byte{0x8f};
  EXPECT_FALSE(parse_packet(wire)) << "15 CSRC announced, none there";
  wire[0] = std::byte{0x90};
  EXPECT_FALSE(parse_packet(wire)) << "extension announced, none there";
}

TEST(RtpPacketTest, RefusesPaddingLongerThanThePayload) {
  EXPECT_FALSE(parse_packet(bytes_of({0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3})));
  EXPECT_FALSE(parse_packet(bytes_of({0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0})));
  EXPECT_FALSE(parse_packet(bytes_of({0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 2})));
}

}  // namespace
}  // namespace godwit::rtp
