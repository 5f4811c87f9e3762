// SPDX-License-Identifier: Apache-2.0
#include "ua/answer_window.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;

class AnswerWindowTest : public ::testing::Test {
 protected:
  static AnswerWindow::Who account(std::uint64_t number) { return {AccountId{number}, 1}; }
  /// As many as there is room for.
  std::uint64_t fill() {
    std::uint64_t asked = 0;
    for (; window_.has_room(); ++asked) window_.on_asked(account(++last_), now_);
    return asked;
  }

  AnswerWindow window_;
  TimePoint now_{1000s};
  std::uint64_t last_ = 0;
};

TEST_F(AnswerWindowTest, DoublesWithEachRoundOfAnswers) {
  EXPECT_EQ(fill(), AnswerWindow::kFirst);
  EXPECT_FALSE(window_.has_room());
  for (std::uint64_t i = 1; i <= AnswerWindow::kFirst; ++i) window_.on_answered(account(i));
  EXPECT_EQ(fill(), 2 * AnswerWindow::kFirst);
}

TEST_F(AnswerWindowTest, AnswersThatNobodyWaitsForCountForNothing) {
  window_.on_answered(account(7));
  window_.on_asked(account(1), now_);
  window_.on_answered(account(1));
  window_.on_answered(account(1));
  EXPECT_EQ(window_.size(), AnswerWindow::kFirst + 1);
  EXPECT_TRUE(window_.idle());
  EXPECT_FALSE(window_.next_deadline());
}

TEST_F(AnswerWindowTest, IsHalvedOnceWhereAnswersStayOut) {
  fill();
  now_ += 100ms;
  window_.on_answered(account(1));
  window_.on_timeout(now_ + 399ms);
  EXPECT_FALSE(window_.idle());
  EXPECT_EQ(window_.next_deadline(), now_ + 400ms);
  window_.on_timeout(now_ + 400ms);
  EXPECT_TRUE(window_.idle());
  EXPECT_EQ(window_.size(), (AnswerWindow::kFirst + 1) / 2);
}

TEST_F(AnswerWindowTest, StaysWideEnoughForASilentServer) {
  for (int i = 0; i < 10; ++i) {
    fill();
    now_ += 500ms;
    window_.on_timeout(now_);
  }
  EXPECT_EQ(window_.size(), AnswerWindow::kLeast);
}

TEST_F(AnswerWindowTest, WhoAsksAnewCountsOnceAndFromThenOn) {
  window_.on_asked(account(1), now_);
  window_.on_asked(account(1), now_ + 300ms);
  window_.on_timeout(now_ + 500ms);
  EXPECT_FALSE(window_.idle());
  window_.on_timeout(now_ + 800ms);
  EXPECT_TRUE(window_.idle());
}

}  // namespace
}  // namespace godwit::ua
