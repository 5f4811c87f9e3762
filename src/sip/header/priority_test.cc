// SPDX-License-Identifier: Apache-2.0
#include "sip/header/priority.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using Level = Priority::Level;

TEST(PriorityTest, KnowsTheLevelsOfTheRfcInAnyCase) {
  EXPECT_EQ(parse_priority("Emergency").value(), (Priority{Level::emergency, ""}));
  EXPECT_EQ(parse_priority("non-urgent").value(), (Priority{Level::non_urgent, ""}));
  EXPECT_EQ(parse_priority("psap-callback").value(), (Priority{Level::other, "psap-callback"}));
}

TEST(PriorityTest, WritesWhatItReads) {
  test::expect_good(parse_priority, {"emergency", "urgent", "normal", "non-urgent", "x.1"});
  EXPECT_EQ(to_string(Priority{Level::other, ""}), "-");
}

TEST(PriorityTest, SaysWhereItBreaks) {
  test::expect_bad(parse_priority, {{"", 0, "expected a priority"},
                                    {"very urgent", 4, "expected nothing after the token"}});
}

TEST(PriorityTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(20);
  for (int round = 0; round < 100; ++round) {
    test::expect_reads_back(parse_priority, Priority{Level::other, "x-" + make.token()});
  }
}

}  // namespace
}  // namespace godwit::sip
