// SPDX-License-Identifier: Apache-2.0
#include "sip/header/timestamp.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(TimestampTest, KeepsEveryDecimal) {
  EXPECT_EQ(parse_timestamp("54").value(), (Timestamp{"54", ""}));
  EXPECT_EQ(parse_timestamp("0054.2100 \t .050").value(), (Timestamp{"0054.2100", ".050"}));
  EXPECT_EQ(parse_timestamp("54. 0.").value(), (Timestamp{"54.", "0."}));
  const std::string precise = std::string(40, '9') + '.' + std::string(40, '1');
  EXPECT_EQ(to_string(parse_timestamp(precise).value()), precise);
}

TEST(TimestampTest, WritesWhatItReads) {
  test::expect_good(parse_timestamp, {"54", "54.21", "54. 3", "54.21 0.5", "0 ."});
}

TEST(TimestampTest, SaysWhereItBreaks) {
  test::expect_bad(parse_timestamp, {{"", 0, "expected a number"},
                                     {".5", 0, "expected a number"},
                                     {"-1", 0, "expected a number"},
                                     {"54,2", 2, "expected a space before the delay"},
                                     {"54.2.1", 4, "expected a space before the delay"},
                                     {"54 x", 3, "expected a delay in seconds"},
                                     {"54 1 2", 5, "expected a delay in seconds"}});
}

TEST(TimestampTest, NeverWritesWhatDoesNotRead) {
  EXPECT_EQ(to_string(Timestamp{"", ""}), "0");
  EXPECT_EQ(to_string(Timestamp{"1\r\nVia: x", ""}), "0");
  EXPECT_EQ(to_string(Timestamp{"1 2", "3"}), "0");
  EXPECT_EQ(to_string(Timestamp{"1", "x"}), "0");
}

TEST(TimestampTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(9);
  for (int round = 0; round < 200; ++round) {
    Timestamp timestamp{std::to_string(make.number()), ""};
    if (make.coin()) timestamp.sent += '.' + std::to_string(make.number());
    if (make.coin()) timestamp.delay = "0." + std::to_string(make.number());
    test::expect_reads_back(parse_timestamp, timestamp);
  }
}

}  // namespace
}  // namespace godwit::sip
