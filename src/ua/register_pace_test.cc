// SPDX-License-Identifier: Apache-2.0
#include "ua/register_pace.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;

/// Ten in a second, five at once.
class RegisterPaceTest : public ::testing::Test {
 protected:
  using Need = RegisterPace::Need;

  bool asks(std::uint64_t account, Need need = Need::unreachable,
            const std::string& host = "a.test") {
    return pace_.admit({AccountId{account}, server(host), need}, now_);
  }
  static sip::NextHop server(const std::string& host) {
    sip::NextHop hop;
    hop.host = host;
    return hop;
  }
  void spend_burst(const std::string& host = "a.test") {
    for (std::uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(asks(900 + i, Need::upkeep, host));
  }
  /// Whoever is named asks again. @return who left, in order.
  std::vector<std::uint64_t> run(Duration time) {
    std::vector<std::uint64_t> left;
    const TimePoint end = now_ + time;
    for (auto due = pace_.next_deadline(); due && *due <= end; due = pace_.next_deadline()) {
      now_ = std::max(now_, *due);
      while (const auto id = pace_.next(now_)) {
        if (asks(id->value)) left.push_back(id->value);
      }
    }
    now_ = end;
    return left;
  }

  TimePoint now_{1000s};
  std::set<AccountId> calling_;
  RegisterPace pace_{10, [this](AccountId id) { return calling_.contains(id); }};
};

TEST_F(RegisterPaceTest, AFewLeaveAtOnceAndTheOthersOneAfterTheOther) {
  spend_burst();
  EXPECT_FALSE(asks(1));
  EXPECT_FALSE(asks(2));
  EXPECT_TRUE(pace_.waits(AccountId{1}));
  EXPECT_EQ(pace_.next_deadline(), now_ + 100ms);
  EXPECT_EQ(run(100ms), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(run(100ms), (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(pace_.next_deadline(), std::nullopt);
}

TEST_F(RegisterPaceTest, NoSecondSeesMoreThanTheRateAndTheBurst) {
  std::vector<TimePoint> left;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    if (asks(i)) left.push_back(now_);
  }
  while (const auto due = pace_.next_deadline()) {
    now_ = *due + 3ms;  // timers are late
    while (const auto id = pace_.next(now_)) {
      if (asks(id->value)) left.push_back(now_);
    }
  }
  ASSERT_EQ(left.size(), 100U);
  for (std::size_t i = 0; i + 15 < left.size(); ++i) EXPECT_GE(left[i + 15] - left[i], 1s) << i;
  EXPECT_LE(left.back() - left.front(), 9600ms);
}

TEST_F(RegisterPaceTest, WhoHasCallsGoesFirstAndRefreshesLast) {
  spend_burst();
  calling_.insert(AccountId{4});
  EXPECT_FALSE(asks(1, Need::upkeep));
  EXPECT_FALSE(asks(2));
  EXPECT_FALSE(asks(3));
  EXPECT_FALSE(asks(4, Need::upkeep));
  EXPECT_FALSE(asks(2));  // asking again costs no place
  EXPECT_EQ(run(1s), (std::vector<std::uint64_t>{4, 2, 3, 1}));
}

TEST_F(RegisterPaceTest, NobodyPassesThoseWhoWait) {
  spend_burst();
  EXPECT_FALSE(asks(1));
  now_ += 150ms;
  EXPECT_FALSE(asks(2));
  EXPECT_TRUE(asks(1));
  EXPECT_FALSE(asks(2));
}

TEST_F(RegisterPaceTest, EachServerHasItsOwnLine) {
  spend_burst();
  EXPECT_FALSE(asks(1));
  spend_burst("b.test");
  EXPECT_TRUE(asks(2, Need::unreachable, "c.test"));
  EXPECT_TRUE(asks(1, Need::unreachable, "c.test")) << "its server is another one now";
  EXPECT_FALSE(pace_.waits(AccountId{1}));
}

TEST_F(RegisterPaceTest, ConnectionsHaveALineOfTheirOwn) {
  spend_burst();
  const auto connects = [&](std::uint64_t account) {
    return pace_.admit(
        {AccountId{account}, server("a.test"), Need::unreachable, 1, RegisterPace::Step::connect},
        now_);
  };
  std::uint64_t account = 100;
  while (connects(account)) ++account;
  EXPECT_EQ(account, 100U + RegisterPace::burst(10));
  EXPECT_TRUE(pace_.waits(AccountId{account}, 1));
  EXPECT_FALSE(pace_.waits(AccountId{account}, 2));
  EXPECT_FALSE(asks(1));
  now_ += 100ms;
  EXPECT_EQ(pace_.next(now_), AccountId{account});
  EXPECT_TRUE(connects(account));
  EXPECT_FALSE(asks(account)) << "its REGISTER waits behind the others'";
  EXPECT_EQ(pace_.next(now_), AccountId{1});
}

TEST_F(RegisterPaceTest, WhoDoesNotAskWhenItIsNamedLosesItsPlace) {
  spend_burst();
  EXPECT_FALSE(asks(1));
  EXPECT_FALSE(asks(2));
  now_ += 100ms;
  EXPECT_EQ(pace_.next(now_), AccountId{1});
  EXPECT_EQ(pace_.next(now_), AccountId{2});
  EXPECT_TRUE(asks(2));
  EXPECT_EQ(pace_.next(now_), std::nullopt);
  EXPECT_FALSE(pace_.waits(AccountId{1}));
}

TEST_F(RegisterPaceTest, WhoIsNamedAndFallsBehindKeepsAPlace) {
  spend_burst();
  EXPECT_FALSE(asks(1));
  EXPECT_FALSE(asks(2));
  now_ += 100ms;
  EXPECT_EQ(pace_.next(now_), AccountId{1});
  EXPECT_FALSE(asks(1, Need::upkeep));
  EXPECT_EQ(run(1s), (std::vector<std::uint64_t>{2, 1}));
}

TEST_F(RegisterPaceTest, WhoHurriesDoesNotWait) {
  spend_burst();
  EXPECT_FALSE(asks(1));
  EXPECT_FALSE(asks(2));
  pace_.hurry(AccountId{2});
  EXPECT_TRUE(asks(2));
  EXPECT_FALSE(asks(2)) << "once";
}

TEST_F(RegisterPaceTest, AnEndMayBeSetToWaiting) {
  spend_burst();
  for (std::uint64_t i = 1; i <= 100; ++i) EXPECT_FALSE(asks(i));
  pace_.finish_within(1s, now_);
  EXPECT_EQ(run(1100ms).size(), 100U);
}

/// No rate: as many as the server answers.
class RegisterWindowTest : public ::testing::Test {
 protected:
  bool asks(std::uint64_t account, RegisterPace::Step step = RegisterPace::Step::register_) {
    sip::NextHop server;
    server.host = "a.test";
    return pace_.admit({AccountId{account}, server, RegisterPace::Need::unreachable, 1, step},
                       now_);
  }
  /// So many ask. @return how many leave
  std::uint64_t burst(std::uint64_t many) {
    std::uint64_t left = 0;
    for (std::uint64_t i = 1; i <= many; ++i) left += asks(i) ? 1 : 0;
    return left;
  }

  TimePoint now_{1000s};
  RegisterPace pace_{0, [](AccountId) { return false; }};
};

TEST_F(RegisterWindowTest, AFewNeverWait) {
  EXPECT_EQ(burst(AnswerWindow::kFirst), AnswerWindow::kFirst);
  EXPECT_FALSE(pace_.next_deadline());
}

TEST_F(RegisterWindowTest, EachAnswerLetsTwoLeave) {
  EXPECT_EQ(burst(1000), AnswerWindow::kFirst);
  EXPECT_EQ(pace_.next(now_), std::nullopt);
  pace_.on_answered(AccountId{1}, 1);
  for (const std::uint64_t next : {AnswerWindow::kFirst + 1, AnswerWindow::kFirst + 2}) {
    ASSERT_EQ(pace_.next(now_), AccountId{next});
    EXPECT_TRUE(asks(next));
  }
  EXPECT_EQ(pace_.next(now_), std::nullopt);
}

TEST_F(RegisterWindowTest, ASilentServerHoldsUpNobodyForLong) {
  EXPECT_EQ(burst(1000), AnswerWindow::kFirst);
  ASSERT_EQ(pace_.next_deadline(), now_ + 500ms);
  now_ += 500ms;
  std::uint64_t left = 0;
  while (const auto id = pace_.next(now_)) left += asks(id->value) ? 1 : 0;
  EXPECT_EQ(left, AnswerWindow::kFirst / 2);
}

TEST_F(RegisterWindowTest, WhoHasConnectedCountsOnce) {
  EXPECT_TRUE(asks(1, RegisterPace::Step::connect));
  EXPECT_TRUE(asks(1));
  pace_.on_answered(AccountId{1}, 1);
  EXPECT_EQ(burst(2000), AnswerWindow::kFirst + 1);
}

TEST_F(RegisterWindowTest, WhoIsRemovedWaitsForNoAnswer) {
  EXPECT_EQ(burst(1000), AnswerWindow::kFirst);
  pace_.forget(AccountId{1});
  EXPECT_TRUE(pace_.next(now_));
}

TEST_F(RegisterWindowTest, InTheEndThereIsNoTimeToWait) {
  EXPECT_EQ(burst(1000), AnswerWindow::kFirst);
  pace_.finish_within(800ms, now_);
  EXPECT_EQ(pace_.next(now_), std::nullopt);
  EXPECT_EQ(pace_.next_deadline(), now_ + 400ms);
  now_ += 400ms;
  std::uint64_t left = 0;
  while (const auto id = pace_.next(now_)) left += asks(id->value) ? 1 : 0;
  EXPECT_EQ(left, 1000 - AnswerWindow::kFirst);
}

}  // namespace
}  // namespace godwit::ua
