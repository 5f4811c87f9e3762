// SPDX-License-Identifier: Apache-2.0
#include "io/null_device.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>

#include "support/serve_until.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;

class NullDeviceTest : public ::testing::Test {
 protected:
  [[nodiscard]] auto open(NullDeviceHooks hooks = {}) {
    return open_null_device({.rate = 16'000}, rings_, std::move(hooks));
  }

  Loop loop_;
  std::shared_ptr<DeviceRings> rings_ = std::make_shared<DeviceRings>(16'000);
};

TEST_F(NullDeviceTest, SilenceComesInAtTheDevicesPace) {
  const TimePoint start = loop_.now();
  const auto streams = open();
  EXPECT_TRUE(streams->works());
  EXPECT_EQ(streams->names().capture, "null");
  ASSERT_TRUE(test::serve_until(loop_, [&] { return rings_->captured.size() >= 5 * 160U; }));
  EXPECT_GE(loop_.now() - start, 50ms);
  std::vector<std::int16_t> heard(5 * 160);
  rings_->captured.pop(heard);
  EXPECT_EQ(std::accumulate(heard.begin(), heard.end(), 0), 0);
}

TEST_F(NullDeviceTest, WhatIsPlayedIsTakenAndItsLowestIsKnown) {
  std::atomic<int> sum = 0;
  NullDeviceHooks hooks;
  hooks.listen = [&](std::span<const std::int16_t> block) {
    sum += std::accumulate(block.begin(), block.end(), 0);
  };
  EXPECT_FALSE(rings_->take_lowest());
  rings_->to_play.push(std::vector<std::int16_t>(400, 1));
  const auto streams = open(std::move(hooks));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return sum == 400; }));
  EXPECT_EQ(rings_->take_lowest(), 0U) << "it ran dry";
}

TEST_F(NullDeviceTest, WhoMeasuresSpeaksThroughIt) {
  NullDeviceHooks hooks;
  hooks.speak = [](std::span<std::int16_t> block) { block[0] = 7; };
  const auto streams = open(std::move(hooks));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return rings_->captured.size() >= 160; }));
  std::vector<std::int16_t> heard(160);
  rings_->captured.pop(heard);
  EXPECT_EQ(heard[0], 7);
}

TEST_F(NullDeviceTest, TouchesNothingOnceItIsGone) {
  open().reset();
  const std::size_t captured = rings_->captured.size();
  const TimePoint start = loop_.now();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return loop_.now() - start > 25ms; }));
  EXPECT_EQ(rings_->captured.size(), captured);
}

}  // namespace
}  // namespace godwit::io
