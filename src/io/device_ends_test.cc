// SPDX-License-Identifier: Apache-2.0
#include "io/device_ends.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "audio/tone_detector.h"

namespace godwit::io {
namespace {

constexpr int kCardRate = 48'000;

// A card and a call of one clock, in steps of 10 ms of the card; the call takes 20 ms at a time.
class DeviceEndsTest : public ::testing::Test {
 protected:
  void open(AudioDeviceOptions options) {
    link_ = std::make_shared<DeviceLink>(options);
    ends_ = make_device_ends(link_);
  }
  void card_hears(std::span<const std::int16_t> samples) { link_->rings->captured.push(samples); }
  std::vector<std::int16_t> tone(double hz, std::size_t samples) {
    std::vector<std::int16_t> out(samples);
    for (auto& sample : out) {
      sample = static_cast<std::int16_t>(std::lround(9000 * std::sin(at_)));
      at_ += 2 * std::numbers::pi * hz / kCardRate;
    }
    return out;
  }

  static AudioDeviceOptions plain() {
    AudioDeviceOptions options;
    options.cancel_echo = false;
    options.suppress_noise = false;
    return options;
  }

  double at_ = 0;
  std::shared_ptr<DeviceLink> link_;
  DeviceEnds ends_;
};

TEST_F(DeviceEndsTest, TheMicrophoneIsHeardAtTheRateOfTheCall) {
  open(plain());
  for (const int hz : {8000, 16'000, 48'000}) {
    ends_.source->set_rate(hz);
    std::vector<std::int16_t> heard;
    for (int i = 0; i < 50; ++i) {
      card_hears(tone(1000, 480));
      card_hears(tone(1000, 480));
      std::vector<std::int16_t> frame(static_cast<std::size_t>(hz) / 50);
      ends_.source->read(frame);
      heard.insert(heard.end(), frame.begin(), frame.end());
    }
    const auto end = std::span{heard}.last(static_cast<std::size_t>(hz) / 20);  // not too sharp
    EXPECT_GT(audio::tone_share(end, 1000.0 * 8000 / hz), 0.98) << hz;
  }
}

TEST_F(DeviceEndsTest, TheCallIsPlayedAtTheRateOfTheCard) {
  open(plain());
  ends_.sink->set_rate(16'000);
  std::vector<std::int16_t> played;
  double at = 0;
  for (int i = 0; i < 50; ++i) {
    std::vector<std::int16_t> frame(320);
    for (auto& sample : frame) {
      sample = static_cast<std::int16_t>(std::lround(9000 * std::sin(at)));
      at += 2 * std::numbers::pi * 1000 / 16'000;
    }
    ends_.sink->write(frame);
    std::vector<std::int16_t> block(480);
    for (int half = 0; half < 2; ++half) {
      link_->rings->play(block);
      played.insert(played.end(), block.begin(), block.end());
    }
  }
  EXPECT_GT(audio::tone_share(std::span{played}.last(2400), 1000.0 / 6), 0.98);
}

TEST_F(DeviceEndsTest, WithoutACardThereIsSilenceAndNothingPilesUp) {
  open(plain());
  std::vector<std::int16_t> frame(160, 5);
  ends_.source->read(frame);
  EXPECT_EQ(frame, std::vector<std::int16_t>(160));
  for (int i = 0; i < 500; ++i) ends_.sink->write(frame);
  EXPECT_LE(link_->rings->to_play.size(), std::size_t{kCardRate} / 8 + 961) << "old by then";
}

TEST_F(DeviceEndsTest, WhatPiledUpWhileNobodyListenedIsOld) {
  open(plain());
  card_hears(tone(1000, 20'000));
  std::vector<std::int16_t> frame(160);
  ends_.source->read(frame);
  EXPECT_LT(link_->rings->captured.size(), 1000U);
}

TEST_F(DeviceEndsTest, OwnEchoIsTakenOut) {
  open({});
  double echo = 0;
  double left = 0;
  std::uint32_t noise = 1;
  for (int i = 0; i < 400; ++i) {
    std::vector<std::int16_t> said(160);
    for (auto& sample : said) {
      noise = noise * 1'664'525U + 1'013'904'223U;
      sample = static_cast<std::int16_t>(static_cast<int>(noise >> 19U) - 4096);
    }
    ends_.sink->write(said);
    std::vector<std::int16_t> block(960);
    link_->rings->play(block);
    for (auto& sample : block) sample = static_cast<std::int16_t>(sample / 2);
    card_hears(block);
    std::vector<std::int16_t> frame(160);
    ends_.source->read(frame);
    if (i < 300) continue;
    echo += audio::power(block);
    left += audio::power(frame);
  }
  EXPECT_GT(10 * std::log10(echo / left), 15) << "dB";
}

}  // namespace
}  // namespace godwit::io
