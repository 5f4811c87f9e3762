// SPDX-License-Identifier: Apache-2.0
#include "audio/g711.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace godwit::audio {
namespace {

int decode_one(Law codec, int code) {
  const std::array in{static_cast<std::byte>(code)};
  std::array<std::int16_t, 1> out{};
  decode(codec, in, out);
  return out[0];
}

int encode_one(Law codec, int sample) {
  const std::array in{static_cast<std::int16_t>(sample)};
  std::array<std::byte, 1> out{};
  encode(codec, in, out);
  return std::to_integer<int>(out[0]);
}

TEST(G711Test, KnownCodes) {
  EXPECT_EQ(decode_one(Law::pcmu, 0xff), 0);
  EXPECT_EQ(decode_one(Law::pcmu, 0x00), -32124);
  EXPECT_EQ(decode_one(Law::pcmu, 0x80), 32124);
  EXPECT_EQ(encode_one(Law::pcmu, 0), 0xff);
  EXPECT_EQ(encode_one(Law::pcmu, 32767), 0x80);
  EXPECT_EQ(encode_one(Law::pcmu, -32768), 0x00);
  EXPECT_EQ(decode_one(Law::pcma, 0xd5), 8);
  EXPECT_EQ(decode_one(Law::pcma, 0x55), -8);
  EXPECT_EQ(decode_one(Law::pcma, 0xaa), 32256);
  EXPECT_EQ(encode_one(Law::pcma, 0), 0xd5);
  EXPECT_EQ(encode_one(Law::pcma, 32767), 0xaa);
  EXPECT_EQ(encode_one(Law::pcma, -32768), 0x2a);
}

class G711EveryValueTest : public ::testing::TestWithParam<Law> {};

TEST_P(G711EveryValueTest, EveryCodeSurvivesDecodingAndEncoding) {
  for (int code = 0; code < 256; ++code) {
    if (GetParam() == Law::pcmu && code == 0x7f) continue;  // minus zero
    EXPECT_EQ(encode_one(GetParam(), decode_one(GetParam(), code)), code);
  }
}

TEST_P(G711EveryValueTest, EverySampleComesBackNearly) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int back = decode_one(GetParam(), encode_one(GetParam(), sample));
    ASSERT_LE(std::abs(back - sample), 16 + std::abs(sample) / 30) << sample;
  }
}

/// G.711, tables 1a to 2b: where the magnitudes of one code end and those of the next begin, in
/// units of 16 bits. Steps double from segment to segment.
std::vector<int> borders_of(Law law) {
  std::vector<int> borders;
  const bool ulaw = law == Law::pcmu;
  int border = ulaw ? 4 : 16;
  int step = ulaw ? 8 : 16;
  for (int code = 1; code < 128; ++code) {
    borders.push_back(border);
    const bool segment_ends = ulaw ? code % 16 == 0 : code % 16 == 0 && code >= 32;
    if (segment_ends) step *= 2;
    border += step;
  }
  return borders;
}

TEST_P(G711EveryValueTest, EverySampleGetsTheCodeOfTheTables) {
  const bool ulaw = GetParam() == Law::pcmu;
  const std::vector<int> borders = borders_of(GetParam());
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int magnitude = sample >= 0 ? sample : ulaw ? -sample : -sample - 1;
    const auto number =
        static_cast<unsigned>(std::ranges::upper_bound(borders, magnitude) - borders.begin());
    const unsigned sign = (sample < 0) == ulaw ? 0x80 : 0;
    const unsigned code = ulaw ? ~(sign | number) & 0xffU : (sign | number) ^ 0x55U;
    ASSERT_EQ(encode_one(GetParam(), sample), static_cast<int>(code)) << sample;
  }
}

INSTANTIATE_TEST_SUITE_P(Laws, G711EveryValueTest, ::testing::Values(Law::pcmu, Law::pcma));

}  // namespace
}  // namespace godwit::audio
