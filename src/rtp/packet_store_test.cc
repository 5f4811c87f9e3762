// SPDX-License-Identifier: Apache-2.0
#include "rtp/packet_store.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/limits.h"

namespace godwit::rtp {
namespace {

class PacketStoreTest : public ::testing::Test {
 protected:
  PacketStore::Stored insert(std::int64_t sequence, std::size_t size = 10) {
    const std::vector<std::byte> payload(size, static_cast<std::byte>(sequence));
    return store_.insert({.sequence = sequence, .at = Ticks{sequence * 1920}, .payload = payload});
  }
  std::vector<std::int64_t> drain() {
    std::vector<std::int64_t> out;
    for (; !store_.empty(); store_.drop_first()) {
      EXPECT_EQ(store_.at().payload.front(), static_cast<std::byte>(store_.at().sequence));
      out.push_back(store_.at().sequence);
    }
    return out;
  }

  PacketStore store_;
};

TEST_F(PacketStoreTest, GivesPacketsInOrderOfTheirNumbers) {
  for (const std::int64_t sequence : {3, 1, 2, 7, 5}) EXPECT_EQ(insert(sequence), PacketStore::Stored::yes);
  EXPECT_EQ(store_.at(1).sequence, 2);
  EXPECT_EQ(drain(), (std::vector<std::int64_t>{1, 2, 3, 5, 7}));
  EXPECT_EQ(insert(9, 400), PacketStore::Stored::yes);
  EXPECT_EQ(insert(8, 20), PacketStore::Stored::yes);
  EXPECT_EQ(store_.at(1).payload.size(), 400U);
  EXPECT_EQ(drain(), (std::vector<std::int64_t>{8, 9}));
}

TEST_F(PacketStoreTest, TheFirstWithANumberStays) {
  insert(1);
  insert(2);
  EXPECT_EQ(insert(1), PacketStore::Stored::duplicate);
  EXPECT_EQ(insert(2), PacketStore::Stored::duplicate);
  EXPECT_EQ(store_.size(), 2U);
}

TEST_F(PacketStoreTest, TakesNoMoreThanTheLimits) {
  EXPECT_EQ(insert(0, limits::kRtpPayloadBytes), PacketStore::Stored::yes);
  EXPECT_EQ(insert(1, limits::kRtpPayloadBytes + 1), PacketStore::Stored::no_room);
  EXPECT_EQ(insert(1, limits::kRtpPayloadBytes * 10), PacketStore::Stored::no_room);
  for (std::size_t i = 1; i < limits::kWaitingPackets; ++i) {
    EXPECT_EQ(insert(static_cast<std::int64_t>(i)), PacketStore::Stored::yes);
  }
  for (std::size_t i = 0; i < limits::kWaitingPackets * 9; ++i) {
    EXPECT_EQ(insert(1000 + static_cast<std::int64_t>(i)), PacketStore::Stored::no_room);
  }
  EXPECT_EQ(store_.size(), limits::kWaitingPackets);
  store_.drop_first();
  EXPECT_EQ(insert(1000), PacketStore::Stored::yes);
}

}  // namespace
}  // namespace godwit::rtp
