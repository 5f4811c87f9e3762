// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/deadline_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimePoint kBegin{};

TEST(DeadlineQueueTest, GivesTheEarliest) {
  DeadlineQueue queue;
  EXPECT_EQ(queue.earliest(), std::nullopt);
  queue.set(1, kBegin + 3s);
  queue.set(2, kBegin + 1s);
  EXPECT_EQ(queue.earliest(), kBegin + 1s);
}

TEST(DeadlineQueueTest, AnOwnerHasOneDeadline) {
  DeadlineQueue queue;
  queue.set(1, kBegin + 1s);
  queue.set(1, kBegin + 2s);
  EXPECT_EQ(queue.earliest(), kBegin + 2s);
  queue.set(1, std::nullopt);
  EXPECT_EQ(queue.earliest(), std::nullopt);
  queue.set(9, std::nullopt);
  EXPECT_EQ(queue.earliest(), std::nullopt);
}

TEST(DeadlineQueueTest, TakesWhatIsDueInOrder) {
  DeadlineQueue queue;
  queue.set(1, kBegin + 3s);
  queue.set(2, kBegin + 1s);
  queue.set(3, kBegin + 2s);
  EXPECT_THAT(queue.take_due(kBegin + 1s - 1ns), IsEmpty());
  EXPECT_THAT(queue.take_due(kBegin + 2s), ElementsAre(2, 3));
  EXPECT_THAT(queue.take_due(kBegin + 2s), IsEmpty());
  EXPECT_EQ(queue.earliest(), kBegin + 3s);
}

}  // namespace
}  // namespace godwit::sip
