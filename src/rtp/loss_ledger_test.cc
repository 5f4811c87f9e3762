// SPDX-License-Identifier: Apache-2.0
#include "rtp/loss_ledger.h"

#include <gtest/gtest.h>

namespace godwit::rtp {
namespace {

using namespace std::chrono_literals;

class LossLedgerTest : public ::testing::Test {
 protected:
  TimePoint now_{10s};
  LossLedger ledger_;
};

TEST_F(LossLedgerTest, AHoleIsALossOnlyWhenItIsOld) {
  ledger_.on_hole(5, 2, now_);
  EXPECT_EQ(ledger_.total(now_ + 199ms), 0U);
  EXPECT_EQ(ledger_.total(now_ + 200ms), 2U);
}

TEST_F(LossLedgerTest, APacketThatComesLateIsNotLost) {
  ledger_.on_hole(5, 2, now_);
  ledger_.on_late(6, now_ + 100ms);
  EXPECT_EQ(ledger_.total(now_ + 1s), 1U);
  ledger_.on_late(5, now_ + 1s);
  EXPECT_EQ(ledger_.total(now_ + 1s), 0U);
}

TEST_F(LossLedgerTest, CountsSinceResetOnlyWhatIsFoundAfterIt) {
  ledger_.on_hole(5, 1, now_);
  ledger_.reset(now_ + 50ms);
  ledger_.on_hole(7, 3, now_ + 60ms);
  EXPECT_EQ(ledger_.since_reset(now_ + 250ms), 0U);
  EXPECT_EQ(ledger_.since_reset(now_ + 260ms), 3U);
  EXPECT_EQ(ledger_.total(now_ + 260ms), 4U);
}

TEST_F(LossLedgerTest, AHoleLargerThanItsMemoryIsCountedInFull) {
  ledger_.on_hole(5, 1000, now_);
  ledger_.on_hole(2000, 1000, now_ + 10ms);
  EXPECT_EQ(ledger_.total(now_ + 300ms), 2000U);
  EXPECT_EQ(ledger_.since_reset(now_ + 300ms), 2000U);
}

TEST_F(LossLedgerTest, YoungHolesAreMissingBeforeTheyAreLost) {
  const TimePoint start{std::chrono::seconds{1}};
  ledger_.reset(start);
  ledger_.on_hole(10, 3, start);
  EXPECT_EQ(ledger_.since_reset(start), 0U);
  EXPECT_EQ(ledger_.missing_since_reset(), 3U);
  ledger_.on_late(11, start + std::chrono::milliseconds{20});
  EXPECT_EQ(ledger_.missing_since_reset(), 2U);
}

}  // namespace
}  // namespace godwit::rtp
