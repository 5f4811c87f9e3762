// SPDX-License-Identifier: Apache-2.0
// One call that moves again and again in one dialog: how long it takes, on links that lose packets too, and what is held.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "support/long_run.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

constexpr Duration kP = 100ms;  // to Bob and back
constexpr Duration kR = 50ms;   // to the server and back

class ManyMovesTest : public ::testing::TestWithParam<net::Transport> {
 protected:
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_by = GetParam();
    return options;
  }
  /// Of all packets on Alice's links, each way.
  void lose(double share) {
    for (const char* link : {"wifi0", "lte0"}) world_.a.set_link(link, {.delay = 25ms, .loss = share});
  }
  [[nodiscard]] bool start_call() {
    if (!world_.register_both() || !world_.call_bob()) return false;
    world_.run_for(1s);
    return true;
  }
  /// From one network to the other, to an address that was not used before.
  /// @return until Bob was heard there; empty: not within 32 s
  [[nodiscard]] std::optional<Duration> move() {
    const bool to_lte = ++moves_ % 2 == 1;
    const auto host = std::to_string(3 + moves_ / 2 % 250);
    const auto since = world_.now();
    world_.a.detach(to_lte ? "wifi0" : "lte0");
    world_.a.attach(to_lte ? "lte0" : "wifi0", {(to_lte ? "10.2.0." : "10.1.0.") + host});
    const bool heard = world_.time.run_until([&] { return world_.alice.last<Reconnected>(since).has_value(); }, 32s);
    if (!heard) return std::nullopt;
    const auto moved = world_.alice.last<Reconnected>(since);
    const auto first = moved->report.first_rtp_in;
    if (!first) return std::nullopt;
    return moved->report.noticed_at + *first - since;
  }
  /// @return the times of so many moves, from the shortest to the longest
  [[nodiscard]] std::vector<Duration> move_often(int count) {
    std::vector<Duration> took;
    for (int i = 0; i < count; ++i) {
      const auto time = move();
      EXPECT_TRUE(time) << "move " << i + 1;
      if (!time) break;
      took.push_back(*time);
      world_.run_for(400ms);
    }
    std::sort(took.begin(), took.end());
    return took;
  }
  [[nodiscard]] Duration opening() const {
    if (GetParam() == net::Transport::tls) return 2 * kR;
    return GetParam() == net::Transport::tcp ? kR : Duration::zero();
  }
  void expect_one_call() {
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.alice.all<Dropped>(), IsEmpty());
  }
  static double ms(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

  SimWorld world_{options()};
  int moves_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Transports, ManyMovesTest,
                         ::testing::Values(net::Transport::udp, net::Transport::tcp,
                                           net::Transport::tls),
                         [](const auto& row) { return std::string(to_string(row.param)); });

TEST_P(ManyMovesTest, TheSlowestInAHundredTakesAtMostTwiceTheMedian) {
  ASSERT_TRUE(start_call());
  const auto took = move_often(200);
  ASSERT_EQ(took.size(), 200U);
  const auto median = took[100], slowest = took[198];
  std::cout << "median " << ms(median) << " ms, p99 " << ms(slowest) << " ms, worst " << ms(took.back()) << " ms\n";
  EXPECT_LE(median, kP + opening() + 15ms);
  EXPECT_LE(slowest, 2 * median);
  expect_one_call();
}

TEST_P(ManyMovesTest, WhereATenthIsLostNinetyFiveInAHundredAreDoneInTime) {
  ASSERT_TRUE(start_call());
  lose(0.1);
  const auto took = move_often(200);
  ASSERT_EQ(took.size(), 200U);
  std::cout << "median " << ms(took[100]) << " ms, p95 " << ms(took[189]) << " ms, worst " << ms(took.back()) << " ms\n";
  EXPECT_LE(took[189], GetParam() == net::Transport::udp ? 1s : 2s);
  expect_one_call();
}

// What a move leaves behind would be seen after ten thousand.
TEST_P(ManyMovesTest, WhatIsHeldDoesNotGrow) {
  ASSERT_TRUE(start_call());
  const int many = in_long_run() ? 10'000 : 500;
  const auto settled = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const auto time = move();
      EXPECT_TRUE(time) << "move " << moves_;
      if (!time) break;
      world_.run_for(400ms);
      world_.forget_history();
    }
    world_.run_for(12min);  // the server gives up connections on which nothing came for ten
    world_.forget_history();
    return mallinfo2().uordblks;
  };
  const auto before = settled(many / 5);
  const auto after = settled(many);
  const double more = static_cast<double>(after) - static_cast<double>(before);
  std::cout << more / many << " bytes for each of " << many << " moves\n";
  EXPECT_LT(more, 200'000) << "what buffers grow to once, whatever their number";
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
}

}  // namespace
}  // namespace godwit::test
