// SPDX-License-Identifier: Apache-2.0
#include "io/device_keeper.h"

#include <gtest/gtest.h>

#include <atomic>

#include "support/device_news.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

// What a test does to a card, and sees of it, from another thread.
struct Slot {
  std::atomic<bool> plugged = true;
  std::atomic<int> opened = 0, closed = 0;
  std::atomic<bool> other_name = false;
};

class PluggedStreams final : public SoundStreams {
 public:
  explicit PluggedStreams(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) { ++slot_->opened; }
  ~PluggedStreams() override { ++slot_->closed; }
  [[nodiscard]] bool works() override { return slot_->plugged; }
  [[nodiscard]] Names names() override {
    return {"mic", slot_->other_name ? "headset" : "speaker"};
  }

 private:
  std::shared_ptr<Slot> slot_;
};

class DeviceKeeperTest : public ::testing::Test {
 protected:
  Loop loop_;
  std::shared_ptr<Slot> slot_ = std::make_shared<Slot>();
  DeviceKeeper keeper_{
      [slot = slot_](const AudioDeviceOptions&,
                     const std::shared_ptr<DeviceRings>&) -> Result<std::unique_ptr<SoundStreams>> {
        if (!slot->plugged) return fail(Errc::media_failed, "nothing is plugged in");
        return std::make_unique<PluggedStreams>(slot);
      }};
};

TEST_F(DeviceKeeperTest, OpensWhatIsAskedForAndClosesItWithTheLink) {
  auto link = keeper_.connect({});
  const auto news = test::next_news(loop_, *link);
  ASSERT_TRUE(news);
  EXPECT_TRUE(news->works);
  EXPECT_EQ(news->capture, "mic");
  EXPECT_EQ(news->playback, "speaker");
  link.reset();
  EXPECT_TRUE(test::serve_until(loop_, [&] { return slot_->closed == 1; }));
  EXPECT_EQ(slot_->opened, 1);
}

TEST_F(DeviceKeeperTest, ADeviceThatIsPulledOutIsToldAndGoesOnWhenItIsBack) {
  const auto link = keeper_.connect({});
  ASSERT_TRUE(test::next_news(loop_, *link));
  slot_->plugged = false;
  const auto lost = test::next_news(loop_, *link);
  ASSERT_TRUE(lost);
  EXPECT_FALSE(lost->works);
  EXPECT_EQ(lost->reason, "the sound device is gone");
  EXPECT_TRUE(test::serve_until(loop_, [&] { return slot_->closed == 1; }));
  slot_->plugged = true;
  std::optional<audio::DeviceNews> back;
  do {  // that it could not be opened meanwhile may be told before
    back = test::next_news(loop_, *link);
  } while (back && !back->works);
  ASSERT_TRUE(back);
  EXPECT_EQ(slot_->opened, 2);
}

TEST_F(DeviceKeeperTest, AMoveToAnotherDeviceIsTold) {
  const auto link = keeper_.connect({});
  ASSERT_TRUE(test::next_news(loop_, *link));
  slot_->other_name = true;
  const auto moved = test::next_news(loop_, *link);
  ASSERT_TRUE(moved);
  EXPECT_TRUE(moved->works);
  EXPECT_EQ(moved->playback, "headset");
}

TEST_F(DeviceKeeperTest, WhatCannotBeOpenedIsToldOnce) {
  slot_->plugged = false;
  const auto link = keeper_.connect({});
  const auto news = test::next_news(loop_, *link);
  ASSERT_TRUE(news);
  EXPECT_FALSE(news->works);
  EXPECT_EQ(news->reason, "nothing is plugged in");
  slot_->plugged = true;
  const auto later = test::next_news(loop_, *link);
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->works) << "the same reason is not told again";
}

TEST_F(DeviceKeeperTest, CallsHaveDevicesOfTheirOwn) {
  auto one = keeper_.connect({});
  const auto other = keeper_.connect({});
  ASSERT_TRUE(test::next_news(loop_, *one) && test::next_news(loop_, *other));
  one.reset();
  EXPECT_TRUE(test::serve_until(loop_, [&] { return slot_->closed == 1; }));
  EXPECT_NE(one, other);
  EXPECT_EQ(slot_->opened, 2);
}

TEST(DeviceKeeper, ANullDeviceIsInEveryBuild) {
  Loop loop;
  DeviceKeeper keeper(open_sound_card);
  const auto link = keeper.connect({.capture = "null", .playback = "null"});
  EXPECT_TRUE(test::serve_until(loop, [&] { return link->rings->captured.size() > 0; }));
}

}  // namespace
}  // namespace godwit::io
