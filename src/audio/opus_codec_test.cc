// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_codec.h"

#include <gtest/gtest.h>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using std::chrono::milliseconds;

TEST(OpusCodecTest, IsOfferedAsRfc7587Says) {
  const OpusCodec codec;
  EXPECT_EQ(
      codec.format(),
      (CodecFormat{
          .name = "opus", .clock_rate = 48'000, .channels = 2, .parameters = "useinbandfec=1"}));
  EXPECT_EQ(codec.payload_type(), std::nullopt);
}

TEST(OpusCodecTest, EachSideSaysHowItWantsToReceive) {
  const OpusCodec codec;
  EXPECT_EQ(codec.answer_to(""), "useinbandfec=1");
  EXPECT_EQ(codec.answer_to("cbr=1;usedtx=1;maxaveragebitrate=16000"), "useinbandfec=1");
  EXPECT_EQ(codec.answer_to("maxplaybackrate=16000"), "sprop-maxcapturerate=16000;useinbandfec=1");
  const OpusCodec narrow({.max_playback_rate = 8000, .dtx = true});
  EXPECT_EQ(narrow.answer_to("stereo=1"), "maxplaybackrate=8000;usedtx=1");
}

// RFC 7587 §7: what one side asks for does not bind the other.
TEST(OpusCodecTest, DirectionsMayDiffer) {
  const OpusCodec ours;
  CodecFormat theirs = ours.format();
  theirs.parameters = "cbr=1;maxaveragebitrate=16000;maxplaybackrate=8000";
  const auto to_them = ours.make_encoder(theirs, milliseconds{20});
  const auto to_us = OpusCodec().make_encoder(ours.format(), milliseconds{20});
  const test::Sound sound = test::vowel(48'000, 140, 960);
  std::vector<std::byte> room(1400);
  EXPECT_EQ(to_them->encode(sound, room), 40U);
  EXPECT_GT(to_us->encode(sound, room), 40U);
}

TEST(OpusCodecTest, APacketIsOneOfItsFrames) {
  const OpusCodec codec;
  const auto given = [&](int wish) { return codec.packet_time(milliseconds{wish}).count(); };
  EXPECT_EQ(given(10), 10);
  EXPECT_EQ(given(20), 20);
  EXPECT_EQ(given(30), 20);
  EXPECT_EQ(given(40), 40);
  EXPECT_EQ(given(50), 40);
  EXPECT_EQ(given(60), 60);
}

}  // namespace
}  // namespace godwit::audio
