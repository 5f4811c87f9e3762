// SPDX-License-Identifier: Apache-2.0
#include "audio/opus_parameters.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::audio {
namespace {

TEST(OpusParametersTest, AllOfRfc7587AreRead) {
  const OpusParameters read = parse_opus_parameters(
      "maxplaybackrate=16000; sprop-maxcapturerate=24000;maxaveragebitrate=20000; stereo=1;"
      "sprop-stereo=1; cbr=1;useinbandfec=1;usedtx=1");
  const OpusParameters all{.max_playback_rate = 16'000,
                           .max_capture_rate = 24'000,
                           .max_average_bitrate = 20'000,
                           .stereo = true,
                           .sends_stereo = true,
                           .constant_bitrate = true,
                           .inband_fec = true,
                           .dtx = true};
  EXPECT_EQ(read, all);
  EXPECT_EQ(parse_opus_parameters(to_string(all)), all);
}

TEST(OpusParametersTest, NothingIsWrittenOfDefaults) {
  EXPECT_EQ(to_string(OpusParameters{}), "");
  EXPECT_EQ(to_string(OpusParameters{.max_playback_rate = 16'000, .inband_fec = true}),
            "maxplaybackrate=16000;useinbandfec=1");
  EXPECT_EQ(parse_opus_parameters(""), OpusParameters{});
}

TEST(OpusParametersTest, WhatMakesNoSenseKeepsItsDefault) {
  for (const char* const text :
       {"maxplaybackrate=7999", "maxplaybackrate=48001", "maxplaybackrate=", "maxplaybackrate",
        "maxaveragebitrate=5999", "maxaveragebitrate=510001", "cbr=2", "cbr=-1", "cbr=yes",
        "stereo=1x", ";;=;", "minptime=10;x=y", "maxaveragebitrate=99999999999999999999"}) {
    EXPECT_EQ(parse_opus_parameters(text), OpusParameters{}) << text;
  }
}

TEST(OpusParametersTest, NamesAreReadInAnyCaseAndWithSpaces) {
  EXPECT_TRUE(parse_opus_parameters(" minptime=10 ; UseInbandFEC = 1 ").inband_fec);
}

TEST(OpusParametersTest, WhatStandsPastTheLimitIsNotRead) {
  const auto behind = [](std::size_t others) {
    std::string text;
    for (std::size_t i = 0; i < others; ++i) text += "x=1;";
    return parse_opus_parameters(text + "usedtx=1").dtx;
  };
  EXPECT_TRUE(behind(limits::kFormatParameters - 1));
  EXPECT_FALSE(behind(limits::kFormatParameters));
  EXPECT_FALSE(behind(10 * limits::kFormatParameters));
}

}  // namespace
}  // namespace godwit::audio
