// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_encoder.h"

#include <gtest/gtest.h>
#include <opus/opus.h>

#include <array>

#include "audio/opus_decoder.h"
#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;
constexpr std::size_t kTwentyMs = 960;

/// Each payload of a sound, cut into packets of this length.
std::vector<std::vector<std::byte>> packets_of(OpusEncoder& encoder, const Sound& sound,
                                               std::size_t length = kTwentyMs) {
  std::vector<std::vector<std::byte>> packets;
  std::array<std::byte, 1400> room{};
  for (std::size_t i = 0; i + length <= sound.size(); i += length) {
    const std::size_t size = encoder.encode(std::span{sound}.subspan(i, length), room);
    packets.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return packets;
}

std::vector<std::vector<std::byte>> encoded(std::string_view fmtp, const Sound& sound) {
  OpusEncoder encoder(parse_opus_parameters(fmtp));
  return packets_of(encoder, sound);
}

int bandwidth_of(const std::vector<std::byte>& payload) {
  return opus_packet_get_bandwidth(reinterpret_cast<const unsigned char*>(payload.data()));
}

double bitrate_of(const std::vector<std::vector<std::byte>>& packets) {
  std::size_t bytes = 0;
  for (const auto& payload : packets) bytes += payload.size();
  return 8.0 * 50 * static_cast<double>(bytes) / static_cast<double>(packets.size());
}

const Sound& voice() {
  static const Sound sound = test::speech(48'000, 140, 96'000);
  return sound;
}

TEST(OpusEncoderTest, NothingIsSentAboveWhatTheFarEndPlays) {
  struct Row {
    const char* fmtp;
    int widest;
  };
  for (const Row& row :
       {Row{"maxplaybackrate=8000", OPUS_BANDWIDTH_NARROWBAND},
        Row{"maxplaybackrate=12000", OPUS_BANDWIDTH_MEDIUMBAND},
        Row{"maxplaybackrate=16000", OPUS_BANDWIDTH_WIDEBAND},
        Row{"maxplaybackrate=24000", OPUS_BANDWIDTH_SUPERWIDEBAND},
        Row{"maxplaybackrate=44100", OPUS_BANDWIDTH_FULLBAND}, Row{"", OPUS_BANDWIDTH_FULLBAND}}) {
    int widest = 0;
    for (const auto& payload : encoded(row.fmtp, test::noise(96'000, 3000))) {
      widest = std::max(widest, bandwidth_of(payload));
    }
    EXPECT_EQ(widest, row.widest) << row.fmtp;
  }
}

TEST(OpusEncoderTest, TheBitrateStaysBelowWhatIsAskedFor) {
  EXPECT_LT(bitrate_of(encoded("maxaveragebitrate=12000", voice())), 12'600);
  EXPECT_LT(bitrate_of(encoded("", voice())), 42'000);
  EXPECT_GT(bitrate_of(encoded("", voice())), 20'000);
}

TEST(OpusEncoderTest, ConstantBitrateMakesPacketsOfOneSize) {
  const auto packets = encoded("cbr=1;maxaveragebitrate=24000", voice());
  for (const auto& payload : packets) EXPECT_EQ(payload.size(), 60U);
}

TEST(OpusEncoderTest, CopiesAreSentOnceLossesAreReportedAndOnlyWhereTheyAreOfUse) {
  const auto copies = [](std::string_view fmtp, double loss) {
    OpusEncoder encoder(parse_opus_parameters(fmtp));
    encoder.set_expected_loss(loss);
    const auto packets = packets_of(encoder, voice());
    return std::count_if(packets.begin(), packets.end(),
                         [](const auto& payload) { return carries_copy(payload); });
  };
  EXPECT_EQ(copies("useinbandfec=1", 0), 0);
  EXPECT_GT(copies("useinbandfec=1", 0.1), 40);
  EXPECT_GT(copies("useinbandfec=1;maxplaybackrate=16000", 0.03), 40);
  EXPECT_EQ(copies("", 0.1), 0);
}

TEST(OpusEncoderTest, AnyShareOfLossIsTaken) {
  OpusEncoder encoder(parse_opus_parameters("useinbandfec=1"));
  for (const double share : {-1.0, 0.004, 0.5, 1.0, 7.0}) {
    encoder.set_expected_loss(share);
    EXPECT_FALSE(packets_of(encoder, Sound(kTwentyMs, 5))[0].empty());
  }
}

TEST(OpusEncoderTest, SilenceIsNotSentWhereThatIsPreferred) {
  const Sound silence(96'000);
  const auto unsent = [](const auto& packets) {
    return std::count_if(packets.begin(), packets.end(),
                         [](const auto& payload) { return payload.empty(); });
  };
  EXPECT_GT(unsent(encoded("usedtx=1", silence)), 60);
  EXPECT_LT(unsent(encoded("usedtx=1", silence)), 97);  // now and then one tells how silence sounds
  EXPECT_EQ(unsent(encoded("", silence)), 0);
}

TEST(OpusEncoderTest, EachPacketTimeIsOnePacket) {
  for (const std::size_t length : {480U, 960U, 1920U, 2880U}) {
    OpusEncoder encoder(parse_opus_parameters(""));
    const OpusDecoder decoder;
    for (const auto& payload : packets_of(encoder, voice(), length)) {
      EXPECT_EQ(decoder.samples_in(payload), length);
    }
  }
}

TEST(OpusEncoderTest, WhatIsNoPacketTimeIsNotSent) {
  OpusEncoder encoder(parse_opus_parameters(""));
  std::array<std::byte, 1400> room{};
  EXPECT_EQ(encoder.encode(Sound(1440), room), 0U);
  EXPECT_EQ(encoder.encode(Sound(7), room), 0U);
}

}  // namespace
}  // namespace godwit::audio
