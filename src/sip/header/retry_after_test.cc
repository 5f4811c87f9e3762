// SPDX-License-Identifier: Apache-2.0
#include "sip/header/retry_after.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfterTest, ReadsDelayCommentAndDuration) {
  EXPECT_EQ(parse_retry_after("18000;duration=3600").value(), (RetryAfter{18000s, "", 3600s, {}}));
  EXPECT_EQ(parse_retry_after("120 (I'm in a meeting (again))").value(),
            (RetryAfter{120s, "I'm in a meeting (again)", std::nullopt, {}}));
  EXPECT_EQ(parse_retry_after("5(now) ; x=1").value(),
            (RetryAfter{5s, "now", std::nullopt, {{"x", "1"}}}));
}

TEST(RetryAfterTest, WritesWhatItReads) {
  test::expect_good(parse_retry_after, {"0", "120 (busy)", "120();a", "5 (a \\) b);duration=1;x=y",
                                        "4294967295 ; duration = 10"});
}

TEST(RetryAfterTest, SaysWhereItBreaks) {
  test::expect_bad(parse_retry_after,
                   {{"", 0, "expected a number"},
                    {"soon", 0, "expected a number"},
                    {"-5", 0, "expected a number"},
                    {"4294967296", 0, "number too large"},
                    {"120 busy", 4, "expected \";\""},
                    {"120 (busy", 4, "unterminated comment"},
                    {"120 (a) (b)", 8, "expected \";\""},
                    {"120;duration", 4, "expected a number"},
                    {"120;duration=-1", 13, "expected a number"},
                    {"120;duration=1x", 14, "expected nothing after the number"}});
}

TEST(RetryAfterTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(11);
  for (int round = 0; round < 500; ++round) {
    RetryAfter value{std::chrono::seconds{make.number()}, make.text(), std::nullopt,
                     make.parameters()};
    if (make.coin()) value.duration = std::chrono::seconds{make.number()};
    test::expect_reads_back(parse_retry_after, value);
  }
}

TEST(RetryAfterTest, ResponseMaySayNothingOfIt) {
  Message response = read_message("SIP/2.0 503 Busy\r\n\r\n").message;
  EXPECT_FALSE(retry_after_of(response));
  response.set(Field::retry_after, "soon");
  EXPECT_FALSE(retry_after_of(response));
  response.set(Field::retry_after, "120 (restart)");
  EXPECT_EQ(retry_after_of(response), 120s);
}

}  // namespace
}  // namespace godwit::sip
