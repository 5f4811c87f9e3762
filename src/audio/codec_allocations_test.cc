// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>

#include "audio/codec_book.h"
#include "audio/comfort_noise.h"
#include "audio/concealer.h"
#include "audio/resampler.h"
#include "audio/silence_gate.h"
#include "support/allocation_count.h"
#include "support/sound.h"

namespace godwit::audio {
namespace {

/// Everything that sound of 20 ms passes, there and back, and what stands in for it.
void pass_one_packet(Encoder& encoder, Decoder& decoder, Concealer& concealer,
                     std::span<const std::int16_t> said, std::span<std::int16_t> heard) {
  std::array<std::byte, 1400> room;
  encoder.set_expected_loss(0.1);
  const auto payload = std::span{room}.first(encoder.encode(said, room));
  if (!decoder.recover(payload, heard) && !decoder.conceal(heard)) concealer.conceal(heard);
  concealer.heard(heard.first(decoder.decode(payload, heard)));
}

TEST(CodecAllocationsTest, NothingIsAllocatedOncePacketsFlow) {
  const CodecBook book;
  for (const char* const name : {"opus", "G722", "PCMU", "PCMA", "L16", "L16/16000", "L16/32000"}) {
    const auto codec = book.named(name);
    const auto encoder = codec->make_encoder(codec->format(), std::chrono::milliseconds{20});
    const auto decoder = codec->make_decoder();
    Concealer concealer(codec->sample_rate());
    const auto frame = static_cast<std::size_t>(codec->sample_rate()) / 50;
    const test::Sound said = test::vowel(codec->sample_rate(), 130, 10 * frame);
    test::Sound heard(frame);
    const std::size_t before = allocation_count;
    for (std::size_t i = 0; i < 10; ++i) {
      pass_one_packet(*encoder, *decoder, concealer, std::span{said}.subspan(i * frame, frame),
                      heard);
    }
    EXPECT_EQ(allocation_count, before) << name;
  }
}

TEST(CodecAllocationsTest, NothingIsAllocatedForRatesAndPauses) {
  Resampler resampler(8000, 48'000);
  ComfortNoise noise(8000);
  SilenceGate gate(8000);
  const test::Sound said = test::noise(160, 100);
  test::Sound wide(resampler.most_out(160));
  test::Sound made(160);
  const std::size_t before = allocation_count;
  for (int i = 0; i < 100; ++i) {
    resampler.process(said, wide);
    static_cast<void>(gate.judge(said));
    noise.describe(*parse_comfort_noise(gate.noise()));
    noise.make(made);
  }
  EXPECT_EQ(allocation_count, before);
}

}  // namespace
}  // namespace godwit::audio
