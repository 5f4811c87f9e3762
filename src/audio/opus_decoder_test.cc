// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_decoder.h"

#include <gtest/gtest.h>
#include <opus/opus.h>

#include <array>
#include <memory>

#include "audio/opus_encoder.h"
#include "base/limits.h"
#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;
using Payload = std::vector<std::byte>;
constexpr std::size_t kFrame = 960;

struct Coded {
  Sound sound = test::speech(48'000, 140, 48'000);
  std::vector<Payload> packets;

  explicit Coded(std::string_view fmtp = "", double loss = 0) {
    OpusEncoder encoder(parse_opus_parameters(fmtp));
    encoder.set_expected_loss(loss);
    std::array<std::byte, 1400> room{};
    for (std::size_t i = 0; i < sound.size(); i += kFrame) {
      const auto size = encoder.encode(std::span{sound}.subspan(i, kFrame), room);
      packets.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    }
  }
};

enum class Repair { none, conceal, recover };

/// What is heard when each fifth packet is lost, and how often a copy stood in.
Sound heard_with_losses(const Coded& coded, Repair repair, int& copies) {
  OpusDecoder decoder;
  Sound heard(coded.sound.size());
  for (std::size_t i = 0; i < coded.packets.size(); ++i) {
    const auto out = std::span{heard}.subspan(i * kFrame, kFrame);
    if (i % 5 != 4) {
      EXPECT_EQ(decoder.decode(coded.packets[i], out), kFrame);
    } else if (repair == Repair::recover && i + 1 < coded.packets.size() &&
               decoder.recover(coded.packets[i + 1], out)) {
      ++copies;
    } else if (repair != Repair::none) {
      EXPECT_TRUE(decoder.conceal(out));
    }
  }
  return heard;
}

TEST(OpusDecoderTest, SoundComesBack) {
  const Coded coded("maxaveragebitrate=64000");
  OpusDecoder decoder;
  Sound heard;
  std::array<std::int16_t, kFrame> frame{};
  for (const Payload& payload : coded.packets) {
    ASSERT_EQ(decoder.samples_in(payload), kFrame);
    ASSERT_EQ(decoder.decode(payload, frame), kFrame);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  EXPECT_GT(test::best_signal_to_noise(std::span{coded.sound}.first(12'000), heard, 400), 10);
}

TEST(OpusDecoderTest, ACopyStandsInForALostPacketBetterThanWhatIsMadeUp) {
  const Coded coded("useinbandfec=1;maxplaybackrate=16000", 0.1);
  int copies = 0;
  int none = 0;
  const Sound whole = [&] {
    OpusDecoder decoder;
    Sound all(coded.sound.size());
    for (std::size_t i = 0; i < coded.packets.size(); ++i) {
      EXPECT_EQ(decoder.decode(coded.packets[i], std::span{all}.subspan(i * kFrame, kFrame)),
                kFrame);
    }
    return all;
  }();
  const double recovered =
      test::signal_to_noise(whole, heard_with_losses(coded, Repair::recover, copies));
  const double concealed =
      test::signal_to_noise(whole, heard_with_losses(coded, Repair::conceal, none));
  const double silent = test::signal_to_noise(whole, heard_with_losses(coded, Repair::none, none));
  EXPECT_GE(copies, 4);
  EXPECT_GT(recovered, concealed + 1);
  EXPECT_GT(concealed, silent);
}

TEST(OpusDecoderTest, WithoutACopyNothingIsRecovered) {
  const Coded coded;
  OpusDecoder decoder;
  Sound out(kFrame);
  EXPECT_FALSE(decoder.recover(coded.packets[5], out));
  EXPECT_FALSE(decoder.recover({}, out));
}

TEST(OpusDecoderTest, StereoIsMixedDown) {
  int error = 0;
  ::OpusEncoder* const stereo = opus_encoder_create(48'000, 2, OPUS_APPLICATION_AUDIO, &error);
  ASSERT_NE(stereo, nullptr);
  const Sound left = test::sine(48'000, 500, kFrame);
  OpusDecoder decoder;
  Sound heard(kFrame);
  for (int packet = 0; packet < 10; ++packet) {
    Sound both;
    for (const std::int16_t sample : left) both.insert(both.end(), {sample, 0});
    std::array<unsigned char, 1400> room{};
    const int size = opus_encode(stereo, both.data(), kFrame, room.data(), room.size());
    ASSERT_GT(size, 0);
    const auto payload = std::as_bytes(std::span{room}.first(static_cast<std::size_t>(size)));
    ASSERT_EQ(decoder.decode(payload, heard), kFrame);
  }
  opus_encoder_destroy(stereo);
  EXPECT_NEAR(test::level(heard), test::level(left) / 2, 300);
}

TEST(OpusDecoderTest, OnlyWholeStepsAreConcealed) {
  OpusDecoder decoder;
  Sound out(6000);
  EXPECT_TRUE(decoder.conceal(std::span{out}.first(120)));
  EXPECT_TRUE(decoder.conceal(std::span{out}.first(5760)));
  EXPECT_FALSE(decoder.conceal(std::span{out}.first(119)));
  EXPECT_FALSE(decoder.conceal(std::span{out}.first(5880)));
  EXPECT_FALSE(decoder.conceal({}));
}

TEST(OpusDecoderTest, APacketLastsAtMostSoLong) {
  const OpusDecoder decoder;
  // Configuration 3: SILK frames of 60 ms; code 3: as many as the second byte says (RFC 6716 §3).
  const auto lasting = [&](unsigned frames) {
    Payload payload(2 + frames);
    payload[0] = std::byte{3U << 3U | 3U};
    payload[1] = static_cast<std::byte>(frames);
    return decoder.samples_in(payload);
  };
  EXPECT_EQ(lasting(2), 48 * limits::kPayloadMilliseconds);
  EXPECT_EQ(lasting(3), 0U);
  EXPECT_EQ(lasting(20), 0U);
}

TEST(OpusDecoderTest, AnyBytesAreTaken) {
  SeededRandom random(7);
  OpusDecoder decoder;
  Sound out(5760);
  for (int i = 0; i < 3000; ++i) {
    Payload payload(static_cast<std::size_t>(random.below(200)));
    random.fill(payload);
    const std::size_t samples = decoder.samples_in(payload);
    ASSERT_LE(samples, out.size());
    const std::size_t written = decoder.decode(payload, out);
    EXPECT_TRUE(written == 0 || written == samples);
    static_cast<void>(decoder.recover(payload, std::span{out}.first(kFrame)));
  }
}

TEST(OpusDecoderTest, WhatHasNoRoomIsNotDecoded) {
  const Coded coded;
  OpusDecoder decoder;
  Sound small(kFrame - 1);
  EXPECT_EQ(decoder.decode(coded.packets[0], small), 0U);
}

}  // namespace
}  // namespace godwit::audio
