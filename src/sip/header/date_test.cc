// SPDX-License-Identifier: Apache-2.0
#include "sip/header/date.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

TEST(DateTest, ReadsTheExampleOfTheRfc) {
  const Date date{sys_days{2010y / 11 / 13} + 23h + 29min};
  EXPECT_EQ(parse_date("Sat, 13 Nov 2010 23:29:00 GMT").value(), date);
  EXPECT_EQ(to_string(date), "Sat, 13 Nov 2010 23:29:00 GMT");
}

TEST(DateTest, ReadsOverAWrongDayOfTheWeek) {
  const auto date = parse_date("Mon, 13 Nov 2010 23:29:00 GMT").value();
  EXPECT_EQ(to_string(date), "Sat, 13 Nov 2010 23:29:00 GMT");
}

TEST(DateTest, KnowsLeapYears) {
  EXPECT_TRUE(parse_date("Thu, 29 Feb 2024 00:00:00 GMT"));
  EXPECT_TRUE(parse_date("Tue, 29 Feb 2000 00:00:00 GMT"));
  EXPECT_EQ(parse_date("Wed, 29 Feb 2023 00:00:00 GMT").error(),
            (Fault{"no such day in this month", 5}));
  EXPECT_EQ(parse_date("Thu, 29 Feb 1900 00:00:00 GMT").error().at, 5U);
}

TEST(DateTest, WritesWhatItReads) {
  test::expect_good(parse_date, {"Sat, 13 Nov 2010 23:29:00 GMT", "Sat, 01 Jan 0000 00:00:00 GMT",
                                 "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
                                 "Wed, 31 Dec 1969 23:59:59 GMT"});
}

TEST(DateTest, SaysWhereItBreaks) {
  test::expect_bad(
      parse_date,
      {{"", 0, "expected a day of the week, \"Mon\" to \"Sun\""},
       {"sat, 13 Nov 2010 23:29:00 GMT", 0, "expected a day of the week, \"Mon\" to \"Sun\""},
       {"Saturday, 13 Nov 2010 23:29:00 GMT", 3, "expected \", \" after the day of the week"},
       {"Sat,13 Nov 2010 23:29:00 GMT", 3, "expected \", \" after the day of the week"},
       {"Sat, 3 Nov 2010 23:29:00 GMT", 5, "expected a day of two digits"},
       {"Sat, 00 Nov 2010 23:29:00 GMT", 5, "no such day in this month"},
       {"Sat, 31 Nov 2010 23:29:00 GMT", 5, "no such day in this month"},
       {"Sat, 32 Dec 2010 23:29:00 GMT", 5, "expected a day of two digits"},
       {"Sat, 13-Nov-2010 23:29:00 GMT", 7, "expected a space after the day"},
       {"Sat, 13 NOV 2010 23:29:00 GMT", 8, "expected a month, \"Jan\" to \"Dec\""},
       {"Sat, 13 Nov 10 23:29:00 GMT", 12, "expected a year of four digits"},
       {"Sat, 13 Nov 2010 24:00:00 GMT", 17, "expected an hour, 00 to 23"},
       {"Sat, 13 Nov 2010 23:60:00 GMT", 20, "expected minutes, 00 to 59"},
       {"Sat, 13 Nov 2010 23:29:60 GMT", 23, "expected seconds, 00 to 59"},
       {"Sat, 13 Nov 2010 23:29 GMT", 22, "expected \":\" after the minutes"},
       {"Sat, 13 Nov 2010 23:29:00", 25, "expected a space after the time"},
       {"Sat, 13 Nov 2010 23:29:00 EST", 26, "expected \"GMT\""},
       {"Sat, 13 Nov 2010 23:29:00 +0100", 26, "expected \"GMT\""},
       {"Sat, 13 Nov 2010 23:29:00 gmt", 26, "expected \"GMT\""},
       {"Sat, 13 Nov 2010 23:29:00 GMT+1", 29, "expected nothing after \"GMT\""}});
}

TEST(DateTest, ReadsBackWhateverFourDigitsOfYearCanSay) {
  const auto first = sys_days{0y / 1 / 1};
  test::ValueMaker make(8);
  for (int round = 0; round < 1000; ++round) {
    const std::chrono::seconds offset(make.below(315'569'520'000ULL));
    test::expect_reads_back(parse_date, Date{first + offset});
  }
}

TEST(DateTest, WritesTheNearestThatItCanSay) {
  EXPECT_EQ(to_string(Date{std::chrono::sys_seconds::max()}), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(to_string(Date{std::chrono::sys_seconds::min()}), "Sat, 01 Jan 0000 00:00:00 GMT");
}

}  // namespace
}  // namespace godwit::sip
