// SPDX-License-Identifier: Apache-2.0
#include "audio/g711_codec.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/limits.h"

namespace godwit::audio {
namespace {

TEST(G711CodecTest, IsKnownByItsStaticPayloadType) {
  EXPECT_EQ(G711Codec(Law::pcmu).format(), (CodecFormat{.name = "PCMU", .parameters = {}}));
  EXPECT_EQ(G711Codec(Law::pcma).format(), (CodecFormat{.name = "PCMA", .parameters = {}}));
  EXPECT_EQ(G711Codec(Law::pcmu).payload_type(), 0);
  EXPECT_EQ(G711Codec(Law::pcma).payload_type(), 8);
}

TEST(G711CodecTest, SoundComesBackNearly) {
  const G711Codec codec(Law::pcma);
  const auto encoder = codec.make_encoder(codec.format(), std::chrono::milliseconds{20});
  const auto decoder = codec.make_decoder();
  const std::array<std::int16_t, 4> said{0, 1000, -20'000, 32'767};
  std::array<std::byte, 1400> room{};
  const auto payload = std::span{room}.first(encoder->encode(said, room));
  ASSERT_EQ(payload.size(), said.size());
  EXPECT_EQ(decoder->samples_in(payload), said.size());
  std::array<std::int16_t, 4> heard{};
  ASSERT_EQ(decoder->decode(payload, heard), said.size());
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_NEAR(heard[i], said[i], 520);
}

TEST(G711CodecTest, WhatHasNoRoomIsNotWritten) {
  const G711Codec codec(Law::pcmu);
  const auto encoder = codec.make_encoder(codec.format(), std::chrono::milliseconds{20});
  const auto decoder = codec.make_decoder();
  const std::array<std::int16_t, 4> said{};
  std::array<std::byte, 3> too_small{};
  EXPECT_EQ(encoder->encode(said, too_small), 0U);
  const std::array<std::byte, 4> payload{};
  std::array<std::int16_t, 3> few{};
  EXPECT_EQ(decoder->decode(payload, few), 0U);
}

TEST(G711CodecTest, APayloadIsAtMostSoLong) {
  const auto decoder = G711Codec(Law::pcmu).make_decoder();
  const std::size_t most = 8 * limits::kPayloadMilliseconds;
  const std::vector<std::byte> payload(10 * most);
  EXPECT_EQ(decoder->samples_in(std::span{payload}.first(most)), most);
  EXPECT_EQ(decoder->samples_in(std::span{payload}.first(most + 1)), 0U);
  EXPECT_EQ(decoder->samples_in(payload), 0U);
  EXPECT_EQ(decoder->samples_in({}), 0U);
}

}  // namespace
}  // namespace godwit::audio
