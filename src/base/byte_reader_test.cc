// SPDX-License-Identifier: Apache-2.0
#include "base/byte_reader.h"

#include <gtest/gtest.h>

#include <array>

#include "base/byte_writer.h"

namespace godwit {
namespace {

TEST(ByteReaderTest, ReadsWhatByteWriterWrote) {
  std::array<std::byte, 21> room{};
  ByteWriter writer(room);
  writer.u8(0x12);
  writer.u16(0x3456);
  writer.u24(0x789abc);
  writer.u32(0xdef01234);
  writer.u64(0x56789abcdef01234);
  const std::array tail{std::byte{1}, std::byte{2}, std::byte{3}};
  writer.bytes(tail);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), room.size());

  ByteReader reader(room);
  EXPECT_EQ(reader.u8(), 0x12);
  EXPECT_EQ(reader.u16(), 0x3456);
  EXPECT_EQ(reader.u24(), 0x789abcU);
  EXPECT_EQ(reader.u32(), 0xdef01234U);
  EXPECT_EQ(reader.u64(), 0x56789abcdef01234U);
  EXPECT_EQ(reader.take(3)[2], std::byte{3});
  EXPECT_EQ(reader.left(), 0U);
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReaderTest, ReadingPastTheEndGivesZeroAndStaysFailed) {
  const std::array bytes{std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0U);
  EXPECT_TRUE(reader.take(1).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReaderTest, AHugeLengthDoesNotWrapAround) {
  const std::array bytes{std::byte{1}, std::byte{2}};
  ByteReader reader(bytes);
  reader.skip(1);
  reader.skip(static_cast<std::size_t>(-1));
  EXPECT_FALSE(reader.ok());
}

TEST(ByteWriterTest, WhatDoesNotFitIsNotWritten) {
  std::array<std::byte, 3> room{};
  ByteWriter writer(room);
  writer.u16(1);
  writer.u16(2);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 2U);
  EXPECT_EQ(room[2], std::byte{0});
  writer.u8(9);
  EXPECT_EQ(writer.size(), 2U);
}

}  // namespace
}  // namespace godwit
