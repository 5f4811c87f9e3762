// SPDX-License-Identifier: Apache-2.0
#include "io/sleep_watch.h"

#include <gtest/gtest.h>

namespace godwit::io {
namespace {

using namespace std::chrono_literals;

TEST(SleepWatchTest, TellsOfEachSleepOnce) {
  SleepWatch watch(100s);
  EXPECT_FALSE(watch.look(100s + 3us)) << "read one after the other";
  EXPECT_EQ(watch.look(3700s), 3600s);
  EXPECT_FALSE(watch.look(3700s));
  EXPECT_EQ(watch.look(3760s), 60s);
}

TEST(SleepWatchTest, WhoIsAwakeHasNotSlept) {
  SleepWatch watch(slept_since_start());
  EXPECT_FALSE(watch.look(slept_since_start()));
}

}  // namespace
}  // namespace godwit::io
