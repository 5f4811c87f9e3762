// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/reliable_responses.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using Action = ReliableSender::Action;
using Verdict = ReliableReceiver::Verdict;

class ReliableSenderTest : public ::testing::Test {
 protected:
  TimePoint now_{1000s};
  ReliableSender sender_{77};
};

TEST_F(ReliableSenderTest, NumbersRiseByOne) {
  EXPECT_FALSE(sender_.waits());
  EXPECT_EQ(sender_.begin(now_), 77U);
  EXPECT_TRUE(sender_.waits());
  EXPECT_TRUE(sender_.on_prack({77, {1, "INVITE"}}, 1));
  EXPECT_FALSE(sender_.waits());
  EXPECT_EQ(sender_.begin(now_), 78U);
}

TEST_F(ReliableSenderTest, TakesOnlyThePrackOfTheResponseUnderWay) {
  EXPECT_FALSE(sender_.on_prack({77, {1, "INVITE"}}, 1)) << "nothing has been sent";
  sender_.begin(now_);
  EXPECT_FALSE(sender_.on_prack({76, {1, "INVITE"}}, 1));
  EXPECT_FALSE(sender_.on_prack({78, {1, "INVITE"}}, 1));
  EXPECT_FALSE(sender_.on_prack({77, {2, "INVITE"}}, 1)) << "of another INVITE";
  EXPECT_FALSE(sender_.on_prack({77, {1, "UPDATE"}}, 1));
  EXPECT_TRUE(sender_.waits());
  EXPECT_TRUE(sender_.on_prack({77, {1, "INVITE"}}, 1));
  EXPECT_FALSE(sender_.on_prack({77, {1, "INVITE"}}, 1)) << "a second time";
}

TEST_F(ReliableSenderTest, SendsAgainAtDoublingIntervalsAndGivesUpAfter64T1) {
  sender_.begin(now_);
  const TimePoint begun = now_;
  EXPECT_EQ(sender_.on_timeout(now_ + 499ms), std::nullopt) << "a stale wake-up";
  for (const auto due : {500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms}) {
    ASSERT_EQ(sender_.next_deadline(), begun + due);
    EXPECT_EQ(sender_.on_timeout(begun + due), Action::send_again);
  }
  ASSERT_EQ(sender_.next_deadline(), begun + 32s);
  EXPECT_EQ(sender_.on_timeout(begun + 32s), Action::give_up);
  EXPECT_EQ(sender_.next_deadline(), std::nullopt);
  EXPECT_EQ(sender_.on_timeout(begun + 33s), std::nullopt);
}

TEST_F(ReliableSenderTest, AnAcknowledgedOrOvertakenResponseIsNotSentAgain) {
  sender_.begin(now_);
  EXPECT_TRUE(sender_.on_prack({77, {1, "INVITE"}}, 1));
  EXPECT_EQ(sender_.next_deadline(), std::nullopt);
  sender_.begin(now_);
  sender_.stop();
  EXPECT_EQ(sender_.next_deadline(), std::nullopt);
  EXPECT_EQ(sender_.on_timeout(now_ + 1min), std::nullopt);
  EXPECT_TRUE(sender_.on_prack({78, {1, "INVITE"}}, 1)) << "it crossed the final response";
}

TEST(ReliableReceiverTest, TakesEachResponseOnceAndInOrder) {
  ReliableReceiver receiver;
  EXPECT_EQ(receiver.take(9), Verdict::in_order) << "the first number is the sender's choice";
  EXPECT_EQ(receiver.take(9), Verdict::again);
  EXPECT_EQ(receiver.take(8), Verdict::again);
  EXPECT_EQ(receiver.take(11), Verdict::ahead);
  EXPECT_EQ(receiver.take(10), Verdict::in_order);
  EXPECT_EQ(receiver.take(11), Verdict::in_order);
}

TEST(ReliableReceiverTest, TheLastNumberHasNoSuccessor) {
  ReliableReceiver receiver;
  EXPECT_EQ(receiver.take(4294967295U), Verdict::in_order);
  EXPECT_EQ(receiver.take(1), Verdict::again);
}

}  // namespace
}  // namespace godwit::sip
