// SPDX-License-Identifier: Apache-2.0
#include "sip/header/rack.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(RAckTest, ReadsResponseAndCSeq) {
  EXPECT_EQ(parse_rack("776656 1 INVITE").value(), (RAck{776656, {1, "INVITE"}}));
  EXPECT_EQ(parse_rack("4294967295 \t2147483647  x").value(),
            (RAck{4294967295, {2147483647, "x"}}));
}

TEST(RAckTest, WritesWhatItReads) {
  test::expect_good(parse_rack, {"776656 1 INVITE", "1\t0 INVITE", "007 0010 !odd"});
}

TEST(RAckTest, SaysWhereItBreaks) {
  test::expect_bad(parse_rack, {{"", 0, "expected a number"},
                                {"INVITE", 0, "expected a number"},
                                {"0 1 INVITE", 0, "expected a number from 1 on"},
                                {"4294967296 1 INVITE", 0, "number too large"},
                                {"1", 1, "expected a space after the response number"},
                                {"1;1 INVITE", 1, "expected a space after the response number"},
                                {"1 ", 2},
                                {"1 INVITE", 2},
                                {"1 2147483648 INVITE", 2},
                                {"1 1", 3},
                                {"1 1 IN VITE", 4}});
}

TEST(RAckTest, NeverWritesWhatDoesNotRead) {
  EXPECT_EQ(to_string(RAck{0, {4294967295, "a b"}}), "1 2147483647 a-b");
}

TEST(RAckTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(18);
  for (int round = 0; round < 500; ++round) {
    test::expect_reads_back(parse_rack,
                            RAck{make.number() | 1U, {make.number() >> 1U, make.token()}});
  }
}

}  // namespace
}  // namespace godwit::sip
