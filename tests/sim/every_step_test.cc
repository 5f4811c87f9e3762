// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "support/call_script.h"
#include "support/long_run.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

/// Every script, as it is, through losses, and with a change of one side's network at every step.
class EveryStepTest : public ::testing::TestWithParam<CallScript> {
 protected:
  /// In a usual run one kind of change for each step and side, another one for the next; in a long
  /// one all of them, and later moments too.
  void change_at_every_step(std::string_view side) {
    const auto& script = GetParam();
    const auto breaks = network_breaks();
    for (std::size_t step = 0; step < script.lines.size(); ++step) {
      for (std::size_t kind = 0; kind < breaks.size(); ++kind) {
        const auto turn = step + script.name.size() + static_cast<std::size_t>(side.front());
        if (!in_long_run() && kind != turn % breaks.size()) continue;
        for (const auto after : in_long_run() ? std::vector<Duration>{0ms, 30ms, 60ms, 130ms, 400ms}
                                              : std::vector<Duration>{0ms, 60ms}) {
          Disturbance disturbance;
          disturbance.change = &breaks[kind];
          disturbance.side = side;
          disturbance.at_step = step;
          disturbance.after = after;
          const auto wrong = play(script, disturbance, seed_of_run());
          if (wrong.empty()) continue;
          FAIL() << breaks[kind].name << " of " << side << ' ' << after / 1ms << " ms after step "
                 << step << ", " << script.lines[step] << ": " << wrong;
        }
      }
    }
  }
};

TEST_P(EveryStepTest, ComesToWhatItIsMeantFor) {
  const auto wrong = play(GetParam(), {}, seed_of_run());
  EXPECT_TRUE(wrong.empty()) << wrong;
}

TEST_P(EveryStepTest, EndsDefinedThroughLossReorderingAndDuplication) {
  const std::uint64_t seeds = in_long_run() ? 50 : 3;
  for (std::uint64_t seed = seed_of_run(); seed < seed_of_run() + seeds; ++seed) {
    Disturbance disturbance;
    // Each way crosses two links: 19 % are lost.
    disturbance.link = LinkOptions{.delay = 25ms, .jitter = 40ms, .loss = 0.1, .duplication = 0.05};
    const auto wrong = play(GetParam(), disturbance, seed);
    ASSERT_TRUE(wrong.empty()) << "seed " << seed << ": " << wrong;
  }
}

TEST_P(EveryStepTest, EndsDefinedWhenTheNetworkOfAliceChangesAtAnyStep) {
  change_at_every_step("alice");
}

TEST_P(EveryStepTest, EndsDefinedWhenTheNetworkOfBobChangesAtAnyStep) {
  change_at_every_step("bob");
}

using EveryStepOfThreeTest = EveryStepTest;

TEST_P(EveryStepOfThreeTest, EndsDefinedWhenTheNetworkOfCarolChangesAtAnyStep) {
  change_at_every_step("carol");
}

std::vector<CallScript> scripts_of_three() {
  std::vector<CallScript> scripts;
  std::copy_if(call_scripts().begin(), call_scripts().end(), std::back_inserter(scripts),
               [](const CallScript& script) { return script.with_carol; });
  return scripts;
}

INSTANTIATE_TEST_SUITE_P(Scripts, EveryStepOfThreeTest, ::testing::ValuesIn(scripts_of_three()),
                         [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(Scripts, EveryStepTest,
                         ::testing::ValuesIn(call_scripts().begin(), call_scripts().end()),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
