// SPDX-License-Identifier: Apache-2.0
#include "audio/g722_codec.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/limits.h"
#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;

/// There and back, in packets of 20 ms.
Sound through_g722(const Sound& said) {
  const G722Codec codec;
  const auto encoder = codec.make_encoder(codec.format(), std::chrono::milliseconds{20});
  const auto decoder = codec.make_decoder();
  Sound heard(said.size());
  std::vector<std::byte> payload(1400);
  for (std::size_t i = 0; i + 320 <= said.size(); i += 320) {
    const auto size = encoder->encode(std::span{said}.subspan(i, 320), payload);
    EXPECT_EQ(size, 160U);
    EXPECT_EQ(decoder->decode(std::span{payload}.first(size), std::span{heard}.subspan(i, 320)),
              320U);
  }
  return heard;
}

TEST(G722CodecTest, SaysEightThousandAndMeansSixteen) {
  const G722Codec codec;
  EXPECT_EQ(codec.format(), (CodecFormat{.name = "G722", .clock_rate = 8000, .parameters = {}}));
  EXPECT_EQ(codec.sample_rate(), 16'000);
  EXPECT_EQ(codec.payload_type(), 9);
}

TEST(G722CodecTest, SoundComesBackInBothBands) {
  // The filters of the two bands delay by 22 samples (G.722, clause 3.1).
  const Sound voice = test::vowel(16'000, 140, 32'000);
  EXPECT_GT(test::best_signal_to_noise(voice, through_g722(voice), 40), 20);
  const Sound low = test::sine(16'000, 1000, 16'000);
  EXPECT_GT(test::best_signal_to_noise(low, through_g722(low), 40), 25);
  const Sound high = test::sine(16'000, 5500, 16'000);
  EXPECT_GT(test::best_signal_to_noise(high, through_g722(high), 40), 12);
}

TEST(G722CodecTest, TheLoudestSoundDoesNotTurnOver) {
  const Sound loud = test::sine(16'000, 700, 16'000, 32'000);
  EXPECT_GT(test::best_signal_to_noise(loud, through_g722(loud), 40), 20);
}

TEST(G722CodecTest, APayloadLastsAtMostSoLong) {
  const auto decoder = G722Codec().make_decoder();
  const std::size_t most = 8 * limits::kPayloadMilliseconds;
  const std::vector<std::byte> payload(10 * most);
  EXPECT_EQ(decoder->samples_in(std::span{payload}.first(most)), 2 * most);
  EXPECT_EQ(decoder->samples_in(std::span{payload}.first(most + 1)), 0U);
  EXPECT_EQ(decoder->samples_in(payload), 0U);
  Sound room(1);
  EXPECT_EQ(decoder->decode(std::span{payload}.first(1), room), 0U);
  EXPECT_EQ(decoder->decode({}, room), 0U);
}

TEST(G722CodecTest, AnyBytesAreTaken) {
  SeededRandom random(3);
  const auto decoder = G722Codec().make_decoder();
  std::vector<std::byte> payload(160);
  Sound heard(320);
  for (int i = 0; i < 500; ++i) {
    random.fill(payload);
    EXPECT_EQ(decoder->decode(payload, heard), 320U);
  }
}

}  // namespace
}  // namespace godwit::audio
