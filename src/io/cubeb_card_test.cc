// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "audio/tone_detector.h"
#include "io/device_keeper.h"
#include "io/sound_card.h"
#include "support/device_news.h"
#include "support/sound_server.h"

namespace godwit::io {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

constexpr int kRate = 48'000;

class SoundCardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!server_.start()) GTEST_SKIP() << "no PulseAudio can be started here";
  }

  /// Waits for better or worse, whatever is told meanwhile.
  bool comes_to(DeviceLink& link, bool works) {
    for (auto news = test::next_news(loop_, link); news; news = test::next_news(loop_, link)) {
      if (news->works == works) return true;
    }
    return false;
  }
  /// Keeps the loudspeaker fed, as a call does, until the microphone has heard so much.
  std::vector<std::int16_t> heard_of_a_tone(DeviceRings& rings, double hz, std::size_t samples) {
    std::vector<std::int16_t> heard;
    double at = 0;
    static_cast<void>(test::serve_until(loop_, [&] {
      std::vector<std::int16_t> block(480);
      while (rings.to_play.size() < 4800) {
        for (auto& sample : block) {
          sample = static_cast<std::int16_t>(std::lround(8000 * std::sin(at)));
          at += 2 * std::numbers::pi * hz / kRate;
        }
        rings.to_play.push(block);
      }
      block.resize(rings.captured.size());
      block.resize(rings.captured.pop(block));
      heard.insert(heard.end(), block.begin(), block.end());
      return heard.size() >= samples;
    }));
    return heard;
  }

  test::SoundServer server_;
  Loop loop_;
  AudioDeviceOptions options_{.capture = test::SoundServer::kMicrophone,
                              .playback = test::SoundServer::kLoudspeaker};
};

TEST_F(SoundCardTest, ItsDevicesAreListed) {
  const auto devices = list_sound_cards();
  ASSERT_TRUE(devices) << devices.error().detail;
  EXPECT_THAT(*devices, Contains(Field(&AudioDevice::name, test::SoundServer::kMicrophone)));
  EXPECT_THAT(*devices, Contains(Field(&AudioDevice::name, test::SoundServer::kLoudspeaker)));
  for (const AudioDevice& device : *devices) EXPECT_TRUE(device.is_default) << device.name;
}

TEST_F(SoundCardTest, WhatIsPlayedIsHeard) {
  auto rings = std::make_shared<DeviceRings>(kRate);
  const auto streams = open_sound_card(options_, rings);
  ASSERT_TRUE(streams) << streams.error().detail;
  EXPECT_TRUE((*streams)->works());
  EXPECT_EQ((*streams)->names().capture, test::SoundServer::kMicrophone);
  const auto heard = heard_of_a_tone(*rings, 1200, kRate);
  ASSERT_GE(heard.size(), std::size_t{kRate});
  // `tone_share` counts 8,000 samples a second. The first of it is the wait for the streams.
  EXPECT_GT(audio::tone_share(std::span{heard}.last(9600), 1200.0 / 6), 0.95);
}

TEST_F(SoundCardTest, AServerThatDiesIsToldAndItsSuccessorTaken) {
  DeviceKeeper keeper(open_sound_card);
  const auto link = keeper.connect(options_);
  ASSERT_TRUE(comes_to(*link, true));
  server_.stop();
  ASSERT_TRUE(comes_to(*link, false));
  ASSERT_TRUE(server_.start());
  EXPECT_TRUE(comes_to(*link, true));
  EXPECT_TRUE(test::serve_until(loop_, [&] { return link->rings->captured.size() > 0; }));
}

TEST_F(SoundCardTest, ADeviceThatIsPulledOutIsReplacedUntilItIsBack) {
  ASSERT_TRUE(server_.tell({"load-module", "module-null-sink", "sink_name=other"}));
  DeviceKeeper keeper(open_sound_card);
  const auto link = keeper.connect(options_);
  auto news = test::next_news(loop_, *link);
  ASSERT_TRUE(news && news->works);
  EXPECT_EQ(news->playback, test::SoundServer::kLoudspeaker);

  ASSERT_TRUE(server_.tell({"unload-module", "0"}));
  do news = test::next_news(loop_, *link);
  while (news && (!news->works || news->playback == test::SoundServer::kLoudspeaker));
  ASSERT_TRUE(news);
  EXPECT_EQ(news->playback, "other");

  ASSERT_TRUE(server_.tell({"load-module", "module-null-sink",
                            "sink_name=" + std::string(test::SoundServer::kLoudspeaker)}));
  do news = test::next_news(loop_, *link);
  while (news && news->playback != test::SoundServer::kLoudspeaker);
  EXPECT_TRUE(news) << "back to what was asked for";
}

TEST_F(SoundCardTest, WithoutAServerItIsSaidWhatIsMissing) {
  server_.stop();
  const auto devices = list_sound_cards();
  ASSERT_FALSE(devices);
  EXPECT_EQ(devices.error().code, Errc::media_failed);
  EXPECT_THAT(devices.error().detail, HasSubstr("no sound device"));
  EXPECT_FALSE(open_sound_card(options_, std::make_shared<DeviceRings>(kRate)));
}

}  // namespace
}  // namespace godwit::io
