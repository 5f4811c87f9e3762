// SPDX-License-Identifier: Apache-2.0
#include "ua/call_options_check.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

TEST(CallOptionsCheck, DefaultsAreWithinTheirRanges) {
  EXPECT_TRUE(check_call_options({}, audio::CodecBook()));
}

TEST(CallOptionsCheck, EachRangeHasTwoEnds) {
  const auto fails = [](auto change) {
    CallOptions options;
    change(options);
    const auto checked = check_call_options(options, audio::CodecBook());
    return !checked && checked.error().code == Errc::invalid_argument;
  };
  EXPECT_FALSE(fails([](CallOptions& o) { o.redirects = 0; }));
  EXPECT_FALSE(fails([](CallOptions& o) { o.redirects = 20; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.redirects = -1; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.redirects = 21; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.answer_timeout = std::chrono::seconds{0}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.answer_timeout = std::chrono::seconds{3601}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.session_timer.interval = std::chrono::seconds{89}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.codecs = {"G.999"}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.codecs.clear(); }));
  EXPECT_FALSE(fails([](CallOptions& o) { o.packet_time = std::chrono::milliseconds{60}; }));
  for (const int wrong : {0, 5, 25, 70}) {
    EXPECT_TRUE(fails([&](CallOptions& o) { o.packet_time = std::chrono::milliseconds{wrong}; }));
  }
  EXPECT_TRUE(fails([](CallOptions& o) { o.play.tone_hz = 49; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.play.tone_hz = 3401; }));
  EXPECT_FALSE(fails([](CallOptions& o) { o.quality_interval = std::chrono::hours{1}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.quality_interval = std::chrono::seconds{3601}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.quality_interval = std::chrono::seconds{-1}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.quality_limits.round_trip = Duration{-1}; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.quality_limits.mos = 5.1; }));
  EXPECT_FALSE(fails([](CallOptions& o) { o.quality_limits.loss = 0; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.quality_limits.loss = 1.1; }));
  EXPECT_TRUE(fails([](CallOptions& o) { o.quality_limits.mean_loss = -0.1; }));
}

}  // namespace
}  // namespace godwit::ua
