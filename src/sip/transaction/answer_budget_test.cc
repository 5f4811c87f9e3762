// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/answer_budget.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

constexpr int kLimit = limits::kMalformedAnswersPerSecond;
constexpr TimePoint kStart{1h};

int taken(AnswerBudget& budget, int tries, TimePoint now) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += budget.take(now) ? 1 : 0;
  return count;
}

TEST(AnswerBudgetTest, HoldsOneSecondsWorth) {
  for (const int tries : {kLimit, kLimit + 1, 10 * kLimit}) {
    AnswerBudget budget;
    EXPECT_EQ(taken(budget, tries, kStart), kLimit);
  }
}

TEST(AnswerBudgetTest, FillsAtAnEvenRate) {
  AnswerBudget budget;
  taken(budget, kLimit, kStart);
  EXPECT_EQ(taken(budget, kLimit, kStart + 500ms), kLimit / 2);
  EXPECT_EQ(taken(budget, 1, kStart + 500ms), 0);
}

TEST(AnswerBudgetTest, NeverHoldsMoreThanThat) {
  AnswerBudget budget;
  taken(budget, 1, kStart);
  EXPECT_EQ(taken(budget, 10 * kLimit, kStart + 1h), kLimit);
}

}  // namespace
}  // namespace godwit::sip
