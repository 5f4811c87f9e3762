// SPDX-License-Identifier: Apache-2.0
#include "sip/header/number.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

TEST(NumberTest, ReadsDigitsAndNothingElse) {
  EXPECT_EQ(scan_number("0"), 0U);
  EXPECT_EQ(scan_number("0070"), 70U);
  EXPECT_EQ(scan_number("4294967295"), 4294967295U);
  EXPECT_EQ(scan_number("255", 255), 255U);
}

TEST(NumberTest, SaysWhatIsWrongAndWhere) {
  const auto wrong = [](std::string_view text) { return scan_number(text, 1000).error(); };
  EXPECT_EQ(wrong(""), (Fault{"expected a number", 0}));
  EXPECT_EQ(wrong("abc"), (Fault{"expected a number", 0}));
  EXPECT_EQ(wrong("-1"), (Fault{"expected a number", 0}));
  EXPECT_EQ(wrong("+1"), (Fault{"expected a number", 0}));
  EXPECT_EQ(wrong(" 1"), (Fault{"expected a number", 0}));
  EXPECT_EQ(wrong("1 "), (Fault{"expected nothing after the number", 1}));
  EXPECT_EQ(wrong("1 0"), (Fault{"expected nothing after the number", 1}));
  EXPECT_EQ(wrong("12x"), (Fault{"expected nothing after the number", 2}));
  EXPECT_EQ(wrong("0x10"), (Fault{"expected nothing after the number", 1}));
  EXPECT_EQ(wrong("1001"), (Fault{"number too large", 0}));
}

TEST(NumberTest, DoesNotOverflow) {
  for (const auto* const text :
       {"4294967296", "18446744073709551616", "36893488147419103232",
        "99999999999999999999999999999999999999999999999999999999999999"}) {
    EXPECT_EQ(scan_number(text).error(), (Fault{"number too large", 0})) << text;
  }
}

TEST(NumberTest, ReadsLifetimesAsSeconds) {
  EXPECT_EQ(scan_delta_seconds("3600"), 3600s);
  EXPECT_EQ(scan_delta_seconds("4294967295"), 4294967295s);
  EXPECT_FALSE(scan_delta_seconds("3600.5"));
}

TEST(NumberTest, WritesOnlyLifetimesThatRead) {
  EXPECT_EQ(write_delta_seconds(3600s), "3600");
  EXPECT_EQ(write_delta_seconds(-1s), "0");
  EXPECT_EQ(write_delta_seconds(std::chrono::seconds::max()), "4294967295");
}

TEST(NumberTest, KnowsTheRangeOfEachField) {
  EXPECT_EQ(scan_max_forwards("255"), 255);
  EXPECT_EQ(scan_max_forwards("256").error(), (Fault{"number too large", 0}));
  EXPECT_EQ(scan_max_breadth("60"), 60U);
  EXPECT_EQ(scan_content_length("0"), 0U);
  EXPECT_EQ(scan_rseq("1"), 1U);
  EXPECT_EQ(scan_rseq("0").error(), (Fault{"expected a number from 1 on", 0}));
}

TEST(NumberTest, ReadsPreferencesAsThousandths) {
  EXPECT_EQ(scan_qvalue("0"), 0);
  EXPECT_EQ(scan_qvalue("1"), 1000);
  EXPECT_EQ(scan_qvalue("0."), 0);
  EXPECT_EQ(scan_qvalue("1.000"), 1000);
  EXPECT_EQ(scan_qvalue("0.7"), 700);
  EXPECT_EQ(scan_qvalue("0.05"), 50);
  EXPECT_EQ(scan_qvalue("0.123"), 123);
}

TEST(NumberTest, RefusesWhatIsNoPreference) {
  const auto wrong = [](std::string_view text) { return scan_qvalue(text).error(); };
  EXPECT_EQ(wrong(""), (Fault{"expected a number from 0 to 1", 0}));
  EXPECT_EQ(wrong(".5"), (Fault{"expected a number from 0 to 1", 0}));
  EXPECT_EQ(wrong("-0.5"), (Fault{"expected a number from 0 to 1", 0}));
  EXPECT_EQ(wrong("2"), (Fault{"expected a number from 0 to 1", 0}));
  EXPECT_EQ(wrong("1.001"), (Fault{"expected a number from 0 to 1", 0}));
  EXPECT_EQ(wrong("10"), (Fault{"expected \".\" in a number from 0 to 1", 1}));
  EXPECT_EQ(wrong("0,5"), (Fault{"expected \".\" in a number from 0 to 1", 1}));
  EXPECT_EQ(wrong("0.5x"), (Fault{"expected a digit", 3}));
  EXPECT_EQ(wrong("0.1234"), (Fault{"expected at most three digits after \".\"", 5}));
}

TEST(NumberTest, WritesEachPreferenceSoThatItReadsTheSame) {
  for (Thousandths q = 0; q <= kFullPreference; ++q) {
    EXPECT_EQ(scan_qvalue(write_qvalue(q)), q);
  }
  EXPECT_EQ(write_qvalue(700), "0.7");
  EXPECT_EQ(write_qvalue(5), "0.005");
  EXPECT_EQ(write_qvalue(65535), "1");
}

}  // namespace
}  // namespace godwit::sip
