// SPDX-License-Identifier: Apache-2.0
#include "ua/retry_wait.h"

#include <gtest/gtest.h>

#include "ua/identity.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;

struct Spread {
  Duration least = Duration::max();
  Duration most{};
};

Spread spread_of(const RetryPolicy& policy, int failures) {
  SeededRandom random(3);
  Spread spread;
  for (int i = 0; i < 1000; ++i) {
    const auto wait = retry_wait(policy, failures, random);
    spread.least = std::min(spread.least, wait);
    spread.most = std::max(spread.most, wait);
  }
  return spread;
}

struct RetryRow {
  int failures;
  Duration bound;
};

class RetryWaitTest : public ::testing::TestWithParam<RetryRow> {};

// The RFC's own example: three failures, 240 s; and at the end 15 to 30 minutes for ever.
INSTANTIATE_TEST_SUITE_P(Rfc5626, RetryWaitTest,
                         ::testing::Values(RetryRow{1, 60s}, RetryRow{2, 120s}, RetryRow{3, 240s}, RetryRow{4, 480s},
                                           RetryRow{5, 960s}, RetryRow{6, 1800s}, RetryRow{1000, 1800s}));

TEST_P(RetryWaitTest, IsHalfToAllOfTheRfcsBound) {
  RetryPolicy policy;
  policy.quick_tries = 0;
  const auto spread = spread_of(policy, GetParam().failures);
  EXPECT_GE(spread.least, GetParam().bound / 2);
  EXPECT_LT(spread.least, GetParam().bound / 2 * 1.02);
  EXPECT_LE(spread.most, GetParam().bound);
  EXPECT_GT(spread.most, GetParam().bound * 0.98);
}

TEST(RetryWait, AFewQuickTriesComeFirst) {
  const RetryPolicy policy;
  EXPECT_LE(spread_of(policy, 1).most, 2s);
  EXPECT_LE(spread_of(policy, 3).most, 8s);
  EXPECT_GE(spread_of(policy, 4).least, 30s);
  EXPECT_LE(spread_of(policy, 4).most, 60s);
}

TEST(RetryWait, APolicyOutOfRangeIsTakenAsTheNearestOneThatIsNot) {
  RetryPolicy policy;
  policy.quick_tries = -5;
  policy.base = -1s;
  policy.longest = 0s;
  EXPECT_GE(spread_of(policy, 1).least, 500ms);
  policy.quick_tries = 1'000'000;
  EXPECT_LE(spread_of(policy, 1'000'000).most, 1s);
}

sip::Message answer_with(int status, const char* retry_after = nullptr) {
  const auto request = start_request({sip::Method::register_, "sip:core.test", {}, {}, "one", 1});
  auto response = sip::make_response(request, status, "far-tag");
  if (retry_after != nullptr) response.add(sip::Field::retry_after, retry_after);
  return response;
}

TEST(RetryWait, WhatAServerAsksForHasItsLimits) {
  EXPECT_EQ(asked_rest(answer_with(503, "7 (busy);duration=60")), 7s);
  EXPECT_EQ(asked_rest(answer_with(503, "0")), 1s);
  EXPECT_EQ(asked_rest(answer_with(503, "4294967295")), 24h);
  EXPECT_FALSE(asked_rest(answer_with(503, "soon")));
  EXPECT_FALSE(asked_rest(answer_with(503)));
  EXPECT_FALSE(asked_rest(answer_with(403, "7")));
}

TEST(RetryWait, KnowsWhatPassesAndWhatStays) {
  for (const int status : {302, 400, 403, 404, 405, 410, 420, 421, 439, 488, 494, 501, 505, 513, 600, 604}) {
    EXPECT_TRUE(refuses_for_good(answer_with(status))) << status;
  }
  for (const int status : {408, 430, 480, 491, 500, 502, 503, 504, 599}) {
    EXPECT_FALSE(refuses_for_good(answer_with(status))) << status;
  }
  EXPECT_FALSE(refuses_for_good(answer_with(404, "30"))) << "the server says when to come back";
}

}  // namespace
}  // namespace godwit::ua
