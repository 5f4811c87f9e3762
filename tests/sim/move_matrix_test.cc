// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "support/long_run.h"
#include "support/move_case.h"

namespace godwit::test {
namespace {

constexpr net::Transport kAllTransports[] = {net::Transport::udp, net::Transport::tcp,
                                             net::Transport::tls};

/// The product of what a call is doing, transport, families and trouble; a case is one trouble, and has
/// a test of its own. All of it with GODWIT_FULL, else every so many-th, others for each seed.
/// GODWIT_CASE=n plays the n-th of a trouble alone.
class MoveMatrixTest : public ::testing::TestWithParam<Trouble> {
 protected:
  static constexpr std::size_t kUsualStride = 17;

  static std::size_t all() {
    return call_moments().size() * std::size(kAllTransports) * std::size(kFamilyChanges);
  }
  static MoveCase case_of(std::size_t number) {
    const auto which = [&number](std::size_t count) {
      const auto one = number % count;
      number /= count;
      return one;
    };
    MoveCase move;
    move.moment = &call_moments()[which(call_moments().size())];
    move.transport = kAllTransports[which(std::size(kAllTransports))];
    const auto& change = kFamilyChanges[which(std::size(kFamilyChanges))];
    move.from = change.from;
    move.change = breaks_to(change.to);
    move.trouble = &GetParam();
    move.seed = seed_of_run();
    return move;
  }
  static std::string name_of_test() {
    return "MoveMatrixTest.WhateverACallIsDoing/" + std::string(GetParam().name);
  }
};

TEST_P(MoveMatrixTest, WhateverACallIsDoing) {
  const auto only = number_from_environment("GODWIT_CASE", all());
  const auto stride = in_long_run() ? 1 : kUsualStride;
  const auto first = (seed_of_run() + GetParam().name.size()) % stride;
  std::size_t failed = 0;
  for (auto at = only < all() ? only : first; at < all(); at += only < all() ? all() : stride) {
    const auto move = case_of(at);
    const auto wrong = play(move);
    if (wrong.empty() || ++failed > number_from_environment("GODWIT_FAILURES", 2)) continue;
    ADD_FAILURE() << "again: GODWIT_SEED=" << move.seed << " GODWIT_CASE=" << at
                  << " sim_tests --gtest_filter='*" << name_of_test() << "'\n" << wrong;
  }
  EXPECT_EQ(failed, 0U);
}

INSTANTIATE_TEST_SUITE_P(Trouble, MoveMatrixTest, ::testing::ValuesIn(troubles().begin(), troubles().end()),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
