// SPDX-License-Identifier: Apache-2.0
#include "srtp/replay_window.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace godwit::srtp {
namespace {

TEST(ReplayWindowTest, TakesEachOnceAndTellsTheNewest) {
  ReplayWindow window;
  EXPECT_FALSE(window.newest());
  EXPECT_TRUE(window.is_new(0));
  EXPECT_TRUE(window.note(100));
  EXPECT_FALSE(window.is_new(100));
  EXPECT_TRUE(window.is_new(99));
  EXPECT_FALSE(window.note(99));
  EXPECT_FALSE(window.is_new(99));
  EXPECT_TRUE(window.is_new(101));
  EXPECT_EQ(window.newest(), 100U);
}

TEST(ReplayWindowTest, WhatIsOlderThan1024PacketsIsNotNew) {
  ReplayWindow window;
  window.note(5'000);
  EXPECT_TRUE(window.is_new(5'000 - 1'023));
  EXPECT_FALSE(window.is_new(5'000 - 1'024));
  EXPECT_FALSE(window.is_new(0));
}

TEST(ReplayWindowTest, RemembersWhatASetOfAllThatWereHeardDoes) {
  SeededRandom random(3);
  ReplayWindow window;
  std::set<std::uint64_t> heard;
  std::uint64_t newest = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t span = random.u32() % 50 == 0 ? 3'000 : 40;
    const std::uint64_t index = newest + span / 4 - std::min(newest, random.u32() % span);
    const bool old = newest >= index + ReplayWindow::kSize;
    ASSERT_EQ(window.is_new(index), !old && !heard.contains(index)) << i;
    if (!window.is_new(index)) continue;
    ASSERT_EQ(window.note(index), heard.empty() || index > newest);
    heard.insert(index);
    newest = std::max(newest, index);
  }
  EXPECT_GT(heard.size(), 5'000U);
}

}  // namespace
}  // namespace godwit::srtp
