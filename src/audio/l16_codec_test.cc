// SPDX-License-Identifier: Apache-2.0
#include "audio/l16_codec.h"

#include <gmock/gmock.h>

#include <array>
#include <vector>

#include "base/limits.h"

namespace godwit::audio {
namespace {

using std::chrono::milliseconds;

TEST(L16CodecTest, SamplesAreInNetworkOrder) {
  const L16Codec codec(16'000);
  const auto encoder = codec.make_encoder(codec.format(), milliseconds{20});
  const std::array<std::int16_t, 3> said{0x0102, -2, 32'767};
  std::array<std::byte, 1400> room{};
  const auto payload = std::span{room}.first(encoder->encode(said, room));
  EXPECT_THAT(payload, testing::ElementsAre(std::byte{1}, std::byte{2}, std::byte{0xff},
                                            std::byte{0xfe}, std::byte{0x7f}, std::byte{0xff}));
  std::array<std::int16_t, 3> heard{};
  const auto decoder = codec.make_decoder();
  ASSERT_EQ(decoder->decode(payload, heard), 3U);
  EXPECT_EQ(heard, said);
}

TEST(L16CodecTest, HalfASampleCannotBeRead) {
  const auto decoder = L16Codec(8000).make_decoder();
  const std::array<std::byte, 3> payload{};
  std::array<std::int16_t, 8> heard{};
  EXPECT_EQ(decoder->samples_in(payload), 0U);
  EXPECT_EQ(decoder->decode(payload, heard), 0U);
}

TEST(L16CodecTest, APayloadLastsAtMostSoLong) {
  const auto decoder = L16Codec(48'000).make_decoder();
  const std::size_t most = 48 * limits::kPayloadMilliseconds;
  const std::vector<std::byte> payload(20 * most);
  EXPECT_EQ(decoder->samples_in(std::span{payload}.first(2 * most)), most);
  EXPECT_EQ(decoder->samples_in(std::span{payload}.first(2 * (most + 1))), 0U);
  EXPECT_EQ(decoder->samples_in(payload), 0U);
}

TEST(L16CodecTest, APacketStaysBelowFourteenHundredBytes) {
  EXPECT_EQ(L16Codec(8000).packet_time(milliseconds{60}), milliseconds{60});
  EXPECT_EQ(L16Codec(16'000).packet_time(milliseconds{60}), milliseconds{40});
  EXPECT_EQ(L16Codec(16'000).packet_time(milliseconds{20}), milliseconds{20});
  EXPECT_EQ(L16Codec(32'000).packet_time(milliseconds{60}), milliseconds{20});
  EXPECT_EQ(L16Codec(48'000).packet_time(milliseconds{20}), milliseconds{10});
}

}  // namespace
}  // namespace godwit::audio
