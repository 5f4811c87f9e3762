// SPDX-License-Identifier: Apache-2.0
#include "io/loop.h"

#include <gtest/gtest.h>

#include <thread>

#include "io/timer.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;

TEST(Loop, PostedFunctionsRunLaterInOrder) {
  Loop loop;
  std::string ran;
  loop.post([&] { ran += 'a'; });
  loop.post([&] { ran += 'b'; });
  EXPECT_EQ(ran, "");
  EXPECT_TRUE(loop.poll(0ns));
  EXPECT_EQ(ran, "ab");
}

TEST(Loop, RunReturnsWhenStoppedFromAnotherThread) {
  Loop loop;
  std::thread other([&] { loop.post([&] { loop.stop(); }); });
  loop.run();
  other.join();
}

TEST(Loop, PollTellsThatItWasStopped) {
  Loop loop;
  loop.stop();
  EXPECT_FALSE(loop.poll(0ns));
}

TEST(Loop, RunsAgainAfterAStop) {
  Loop loop;
  loop.stop();
  loop.run();
  bool ran = false;
  loop.post([&] {
    ran = true;
    loop.stop();
  });
  loop.run();
  EXPECT_TRUE(ran);
}

TEST(Loop, ServingFromInsideTheLoopDoesNothing) {
  Loop loop;
  bool nested = false;
  loop.post([&] {
    loop.post([&] { nested = true; });
    loop.run();
    EXPECT_TRUE(loop.poll(1s));
    EXPECT_FALSE(nested);
  });
  ASSERT_TRUE(test::serve_until(loop, [&] { return nested; }));
}

TEST(Loop, PollWaitsNoLongerThanAsked) {
  Loop loop;
  const auto start = loop.now();
  EXPECT_TRUE(loop.poll(10ms));
  EXPECT_GE(loop.now() - start, 10ms);
  EXPECT_LT(loop.now() - start, 2s);
}

TEST(Loop, PollReturnsAlthoughThereIsAlwaysMoreToDo) {
  Loop loop;
  std::function<void()> again = [&] { loop.post(again); };
  again();
  EXPECT_TRUE(loop.poll(1ms));
}

TEST(Timer, WakesAtItsTimeAndOnce) {
  Loop loop;
  int wakes = 0;
  Timer timer(loop, [&] { ++wakes; });
  const auto at = loop.now() + 5ms;
  timer.arm(at);
  ASSERT_TRUE(test::serve_until(loop, [&] { return wakes > 0; }));
  EXPECT_GE(loop.now(), at);
  loop.poll(5ms);
  EXPECT_EQ(wakes, 1);
}

TEST(Timer, TheLastArmedTimeCounts) {
  Loop loop;
  std::optional<TimePoint> woken;
  Timer timer(loop, [&] { woken = loop.now(); });
  const auto start = loop.now();
  timer.arm(start + 1h);
  timer.arm(start + 2ms);
  timer.arm(start + 8ms);
  ASSERT_TRUE(test::serve_until(loop, [&] { return woken.has_value(); }));
  EXPECT_GE(*woken, start + 8ms);
}

TEST(Timer, ATimeInThePastWakesFromTheLoop) {
  Loop loop;
  bool woken = false;
  Timer timer(loop, [&] { woken = true; });
  timer.arm(loop.now() - 1s);
  EXPECT_FALSE(woken);
  EXPECT_TRUE(test::serve_until(loop, [&] { return woken; }));
}

TEST(Timer, CanBeArmedAgainFromItsOwnCallback) {
  Loop loop;
  int wakes = 0;
  Timer* self = nullptr;
  Timer timer(loop, [&] {
    if (++wakes < 3) self->arm(loop.now() + 1ms);
  });
  self = &timer;
  timer.arm(loop.now());
  EXPECT_TRUE(test::serve_until(loop, [&] { return wakes == 3; }));
}

TEST(Timer, DisarmedOrDestroyedItDoesNotWake) {
  Loop loop;
  bool woken = false;
  Timer disarmed(loop, [&] { woken = true; });
  disarmed.arm(loop.now() + 1ms);
  disarmed.arm(std::nullopt);
  {
    Timer destroyed(loop, [&] { woken = true; });
    destroyed.arm(loop.now());
  }
  loop.poll(5ms);
  loop.poll(5ms);
  EXPECT_FALSE(woken);
}

TEST(Timer, MayBeDestroyedByItsOwnCallback) {
  Loop loop;
  std::optional<Timer> timer;
  timer.emplace(loop, [&] { timer.reset(); });
  timer->arm(loop.now());
  EXPECT_TRUE(test::serve_until(loop, [&] { return !timer; }));
}

}  // namespace
}  // namespace godwit::io
