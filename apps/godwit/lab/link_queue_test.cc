// SPDX-License-Identifier: Apache-2.0
#include "lab/link_queue.h"

#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{10s};

LinkQueue::Packet packet(std::uint8_t mark, std::size_t size = 1) {
  LinkQueue::Packet bytes(size);
  bytes[0] = mark;
  return bytes;
}

TEST(LinkQueue, HandsOutAPacketAfterItsDelay) {
  LinkQueue queue({.delay = 25ms}, 1);
  queue.push(packet(7), kStart);
  EXPECT_EQ(queue.next_deadline(), kStart + 25ms);
  EXPECT_FALSE(queue.pop(kStart + 25ms - 1ns));
  EXPECT_EQ(queue.pop(kStart + 25ms), packet(7));
  EXPECT_FALSE(queue.next_deadline());
}

TEST(LinkQueue, JitterKeepsTheOrder) {
  LinkQueue queue({.delay = 25ms, .jitter = 30ms}, 1);
  for (std::uint8_t i = 0; i < 50; ++i) queue.push(packet(i), kStart + i * 1ms);
  for (std::uint8_t i = 0; i < 50; ++i) EXPECT_EQ(queue.pop(kStart + 1s), packet(i));
}

TEST(LinkQueue, ReorderedPacketsOvertake) {
  LinkQueue queue({.delay = 25ms, .reorder = 0.5}, 1);
  for (std::uint8_t i = 0; i < 50; ++i) queue.push(packet(i), kStart);
  bool overtaken = false;
  for (std::uint8_t i = 0; i < 50; ++i)
    overtaken = overtaken || queue.pop(kStart + 1s) != packet(i);
  EXPECT_TRUE(overtaken);
}

TEST(LinkQueue, LosesTheShareItWasTold) {
  LinkQueue queue({.loss = 0.1, .limit = 20000}, 1);
  for (int i = 0; i < 10000; ++i) queue.push(packet(1), kStart);
  EXPECT_NEAR(static_cast<double>(queue.dropped()), 1000, 150);
}

TEST(LinkQueue, RateSpacesPackets) {
  LinkQueue queue({.delay = 5ms, .bits_per_second = 80'000}, 1);  // 100 bytes take 10 ms
  queue.push(packet(1, 100), kStart);
  queue.push(packet(2, 100), kStart);
  EXPECT_TRUE(queue.pop(kStart + 15ms));
  EXPECT_EQ(queue.next_deadline(), kStart + 25ms);
}

TEST(LinkQueue, DropsWhatIsBeyondItsLimit) {
  LinkQueue queue({.delay = 5ms, .limit = 2}, 1);
  for (int i = 0; i < 3; ++i) queue.push(packet(1), kStart);
  EXPECT_EQ(queue.dropped(), 1U);
}

}  // namespace
}  // namespace godwit::lab
