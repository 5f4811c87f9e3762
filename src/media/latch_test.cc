// SPDX-License-Identifier: Apache-2.0
#include "media/latch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;

class LatchTest : public ::testing::Test {
 protected:
  LatchTest() {
    latch_.allow(true);
    latch_.on_signalled(signalled_, clock_.now());
  }

  static net::SocketAddress at(const char* text) { return net::SocketAddress::parse(text).value(); }
  /// So many packets in a row; where the last one leads to.
  std::optional<net::SocketAddress> talk(const net::SocketAddress& from, std::uint32_t ssrc,
                                         std::uint16_t first, int packets) {
    std::optional<Target> found;
    for (int i = 0; i < packets; ++i) {
      found = latch_.on_rtp({PathId{1}, from}, ssrc, static_cast<std::uint16_t>(first + i),
                            clock_.now());
    }
    return found ? std::optional(found->remote) : std::nullopt;
  }

  FakeClock clock_;
  net::SocketAddress signalled_ = at("192.168.1.20:4000");
  net::SocketAddress mapped_ = at("203.0.113.5:61000");
  net::SocketAddress stranger_ = at("198.51.100.66:666");
  Latch latch_;
};

TEST_F(LatchTest, FindsTheFarEndByFivePacketsInARow) {
  EXPECT_EQ(talk(mapped_, 7, 0xfffe, 4), std::nullopt);
  EXPECT_EQ(talk(mapped_, 7, 2, 1), mapped_);
}

TEST_F(LatchTest, DoesNothingUnlessAllowed) {
  Latch latch;
  latch.on_signalled(signalled_, clock_.now());
  for (std::uint16_t i = 0; i < 100; ++i) {
    EXPECT_EQ(latch.on_rtp({PathId{1}, mapped_}, 7, i, clock_.now()), std::nullopt);
  }
}

TEST_F(LatchTest, PacketsOutOfARowDoNotCount) {
  for (std::uint16_t i = 0; i < 100; i += 2) EXPECT_EQ(talk(mapped_, 7, i, 1), std::nullopt);
  EXPECT_EQ(talk(mapped_, 7, 200, 5), mapped_);
}

TEST_F(LatchTest, TheWindowIsThreeSeconds) {
  clock_.advance(3s - 1ns);
  EXPECT_EQ(talk(mapped_, 7, 1, 4), std::nullopt);
  clock_.advance(1ns);
  EXPECT_EQ(talk(mapped_, 7, 5, 50), std::nullopt);
}

TEST_F(LatchTest, OnlyAPrivateAddressMayBeWrong) {
  latch_.on_signalled(at("203.0.113.9:4000"), clock_.now());
  EXPECT_EQ(talk(mapped_, 7, 1, 50), std::nullopt);
  latch_.on_signalled(at("[fd00::1]:4000"), clock_.now());
  EXPECT_EQ(talk(at("[2001:db8::5]:61000"), 7, 1, 5), at("[2001:db8::5]:61000"));
}

TEST_F(LatchTest, ItHoldsAfterwards) {
  EXPECT_EQ(talk(mapped_, 7, 1, 5), mapped_);
  EXPECT_EQ(talk(stranger_, 7, 6, 50), std::nullopt);
}

TEST_F(LatchTest, WhatWasFoundStandsForTheAddressThatWasSignalled) {
  EXPECT_EQ(latch_.found_for(signalled_), signalled_);
  EXPECT_EQ(talk(mapped_, 7, 1, 5), mapped_);
  EXPECT_EQ(latch_.found_for(signalled_), mapped_);
  EXPECT_EQ(latch_.found_for(stranger_), stranger_);
  latch_.on_signalled(signalled_, clock_.now());
  EXPECT_EQ(latch_.found_for(signalled_), mapped_);
  latch_.on_signalled(stranger_, clock_.now());
  EXPECT_EQ(latch_.found_for(signalled_), signalled_);
}

TEST_F(LatchTest, OfTwoThatContendNeitherIsTaken) {
  EXPECT_EQ(talk(stranger_, 8, 1, 4), std::nullopt);
  EXPECT_EQ(talk(mapped_, 7, 1, 1), std::nullopt);
  EXPECT_EQ(talk(stranger_, 8, 5, 50), std::nullopt);
}

TEST_F(LatchTest, OneWhoIsReachedAsItSaysIsLeftThere) {
  EXPECT_EQ(talk(signalled_, 7, 1, 1), std::nullopt);
  EXPECT_EQ(talk(stranger_, 8, 1, 50), std::nullopt);
}

TEST_F(LatchTest, SignallingOpensTheWindowAgainForTheSameSourceOnly) {
  EXPECT_EQ(talk(mapped_, 7, 1, 5), mapped_);
  latch_.on_signalled(signalled_, clock_.advance(60s));
  EXPECT_EQ(talk(stranger_, 8, 1, 50), std::nullopt);
  const auto moved = at("203.0.113.77:2000");
  EXPECT_EQ(talk(moved, 7, 300, 5), moved);
}

}  // namespace
}  // namespace godwit::media
