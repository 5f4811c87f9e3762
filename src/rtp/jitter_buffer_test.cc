// SPDX-License-Identifier: Apache-2.0
#include "rtp/jitter_buffer.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <vector>

namespace godwit::rtp {
namespace {

using Kind = JitterBuffer::Kind;
using BufferStored = JitterBuffer::Stored;

constexpr std::uint32_t kFrame = 160;

class JitterBufferTest : public ::testing::Test {
 protected:
  /// A packet of 20 ms that says which frame it is.
  BufferStored push(std::uint32_t frame) {
    const std::byte mark{static_cast<unsigned char>(frame)};
    return buffer_.push(
        {.timestamp = base_ + frame * kFrame, .samples = kFrame, .payload = {&mark, 1}});
  }
  /// The frame that plays, -1 for concealment, -2 for silence.
  int pull() {
    const auto pulled = buffer_.pull(kFrame);
    EXPECT_EQ(pulled.samples, kFrame);
    if (pulled.kind == Kind::missing) return -1;
    if (pulled.kind == Kind::silence) return -2;
    return std::to_integer<int>(pulled.item.payload[0]);
  }
  /// Sends frame after frame, each `delay(frame)` ticks after its time, and pulls once a tick.
  std::vector<int> run(std::uint32_t ticks, const std::function<int(std::uint32_t)>& delay) {
    std::multimap<int, std::uint32_t> arrivals;
    for (std::uint32_t frame = 0; frame < ticks; ++frame) {
      if (delay(frame) >= 0) arrivals.emplace(static_cast<int>(frame) + delay(frame), frame);
    }
    std::vector<int> played;
    for (int tick = 0; tick < static_cast<int>(ticks); ++tick) {
      const auto [from, to] = arrivals.equal_range(tick);
      for (auto it = from; it != to; ++it) push(it->second);
      played.push_back(pull());
    }
    return played;
  }

  std::uint32_t base_ = 0xffffff00;  // wraps around within the first frames
  JitterBuffer buffer_;
};

TEST_F(JitterBufferTest, IsSilentBeforeTheFirstPacket) {
  EXPECT_EQ(pull(), -2);
}

TEST_F(JitterBufferTest, PlaysTheFirstPacketAfterFortyMilliseconds) {
  EXPECT_EQ(run(5, [](auto) { return 0; }), (std::vector{-2, -2, 0, 1, 2}));
}

TEST_F(JitterBufferTest, PutsPacketsInOrder) {
  EXPECT_EQ(run(7, [](std::uint32_t frame) { return frame == 1 ? 2 : 0; }),
            (std::vector{-2, -2, 0, 1, 2, 3, 4}));
}

TEST_F(JitterBufferTest, TellsWhichFrameIsMissing) {
  EXPECT_EQ(run(7, [](std::uint32_t frame) { return frame == 1 ? -1 : 0; }),
            (std::vector{-2, -2, 0, -1, 2, 3, 4}));
}

TEST_F(JitterBufferTest, ConcealsThenFallsSilentAndKeepsTimeInALongGap) {
  const auto played = run(40, [](std::uint32_t frame) { return frame > 2 && frame < 30 ? -1 : 0; });
  EXPECT_EQ(played[4], 2);
  EXPECT_EQ(played[5], -1);
  EXPECT_EQ(played[20], -2);
  EXPECT_EQ(played[32], 30) << "the delay is what it was before the gap";
}

TEST_F(JitterBufferTest, APathThatIsSlowerIsFollowedAtOnce) {
  // The delay grows by 140 ms with frame 20.
  const auto played = run(60, [](std::uint32_t frame) { return frame < 20 ? 0 : 7; });
  EXPECT_EQ(played[21], 19);
  EXPECT_EQ(played[22], -1);
  EXPECT_EQ(played[29], 20) << "new delay of the network, and 40 ms again";
  for (std::size_t tick = 29; tick < 60; ++tick) {
    EXPECT_EQ(played[tick], static_cast<int>(tick) - 9);
  }
}

TEST_F(JitterBufferTest, APathThatIsFasterLosesNothing) {
  // The delay shrinks by 140 ms with frame 20: the packets of both paths come together.
  const auto played = run(60, [](std::uint32_t frame) { return frame < 20 ? 7 : 0; });
  for (std::size_t tick = 9; tick < 60; ++tick) {
    EXPECT_EQ(played[tick], static_cast<int>(tick) - 9);
  }
}

TEST_F(JitterBufferTest, ADelayLongerThanNeededComesDown) {
  const auto played = run(2000, [](std::uint32_t frame) { return frame < 20 ? 7 : 0; });
  const int delay = static_cast<int>(1999 % 256) - played.back();
  EXPECT_LE(delay, 3);
  EXPECT_GE(delay, 2);
}

TEST_F(JitterBufferTest, ManyLatePacketsMakeTheDelayLonger) {
  const auto played = run(400, [](std::uint32_t frame) { return frame % 10 == 9 ? 4 : 0; });
  EXPECT_GT(buffer_.target(), JitterBuffer::kStartDelay);
  int missing = 0;
  for (std::size_t tick = 300; tick < 400; ++tick) missing += played[tick] < 0 ? 1 : 0;
  EXPECT_EQ(missing, 0);
}

TEST_F(JitterBufferTest, NeverHoldsMoreThanTwoHundredMilliseconds) {
  push(0);
  pull();
  for (std::uint32_t frame = 1; frame < 60; ++frame) push(frame);  // a queue is flushed
  const auto pulled = pull();
  EXPECT_GE(pulled, 59 - 10);
}

TEST_F(JitterBufferTest, FollowsAClockThatJumps) {
  auto played = run(20, [](auto) { return 0; });
  base_ += 1'000'000;
  played = run(20, [](auto) { return 0; });
  EXPECT_EQ(played.back(), 17);
  base_ -= 3'000'000;
  played = run(20, [](auto) { return 0; });
  EXPECT_EQ(played.back(), 17);
}

TEST_F(JitterBufferTest, TakesPacketsOfAnyLength) {
  const std::byte mark{1};
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (i == 2) continue;
    buffer_.push({.timestamp = base_ + i * 240, .samples = 240, .payload = {&mark, 1}});
  }
  std::vector<std::pair<Kind, int>> pulled;
  for (int i = 0; i < 7; ++i) {
    const auto p = buffer_.pull(160);
    pulled.emplace_back(p.kind, p.samples);
  }
  const std::vector<std::pair<Kind, int>> expected{
      {Kind::silence, 160}, {Kind::silence, 160}, {Kind::packet, 240}, {Kind::packet, 240},
      {Kind::missing, 160}, {Kind::missing, 80},  {Kind::packet, 240}};
  EXPECT_EQ(pulled, expected);
}

TEST_F(JitterBufferTest, RefusesWhatItHasNoRoomFor) {
  const std::vector<std::byte> large(JitterBuffer::kMaxPayload + 1);
  EXPECT_EQ(buffer_.push({.timestamp = 1, .samples = 481, .payload = large}), BufferStored::no_room);
  EXPECT_EQ(buffer_.push({.timestamp = 1, .samples = 0, .payload = {}}), BufferStored::no_room);
  const std::byte mark{1};
  BufferStored last = BufferStored::yes;
  for (std::uint32_t i = 0; i <= JitterBuffer::kSlots; ++i) {
    last = buffer_.push({.timestamp = base_ + i, .samples = 1, .payload = {&mark, 1}});
  }
  EXPECT_EQ(last, BufferStored::no_room);
}

TEST_F(JitterBufferTest, BeginsAnewAfterReset) {
  run(10, [](auto) { return 0; });
  buffer_.reset();
  EXPECT_EQ(run(4, [](auto) { return 0; }), (std::vector{-2, -2, 0, 1}));
}

}  // namespace
}  // namespace godwit::rtp
