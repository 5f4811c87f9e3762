// SPDX-License-Identifier: Apache-2.0
#include "sip/header/warning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(WarningTest, ReadsCodeAgentAndText) {
  EXPECT_EQ(parse_warning("307 isi.edu \"Session parameter 'foo' not understood\"").value(),
            (Warning{307, "isi.edu", "Session parameter 'foo' not understood"}));
  EXPECT_EQ(parse_warning("399 [2001:db8::1]:5060 \"\"").value(),
            (Warning{399, "[2001:db8::1]:5060", ""}));
}

TEST(WarningTest, ReadsSeveral) {
  EXPECT_THAT(parse_warnings("301 isi.edu \"a, b\", 370 proxy_1  \"c\"").value(),
              ElementsAre(Warning{301, "isi.edu", "a, b"}, Warning{370, "proxy_1", "c"}));
}

TEST(WarningTest, WritesWhatItReads) {
  test::expect_good(parse_warning, {"307 isi.edu \"x\"", "001 a \"\"",
                                    "399 10.0.0.1:5070 \"a \\\" b\"", "301 [::1] \"\xc3\xa4\""});
}

TEST(WarningTest, SaysWhereItBreaks) {
  test::expect_bad(parse_warnings,
                   {{"", 0, "expected a warning code of three digits"},
                    {"39 a \"x\"", 0, "expected a warning code of three digits"},
                    {"1812 overture \"In Progress\"", 0, "expected a warning code of three digits"},
                    {"399", 3, "expected a space after the warning code"},
                    {"399;a \"x\"", 3, "expected a space after the warning code"},
                    {"399 ", 3, "expected a space after the warning code"},
                    {"399 a(b \"x\"", 4, "expected a host or a pseudonym"},
                    {"399 a:99999 \"x\"", 4, "expected a host or a pseudonym"},
                    {"399 \"x\"", 4, "expected a host or a pseudonym"},
                    {"399 a", 5, "expected the warning in quotes"},
                    {"399 a text", 6, "expected the warning in quotes"},
                    {"399 a \"text", 6, "unterminated quoted string"},
                    {"399 a \"x\" y", 10, "expected \",\" after the warning"},
                    {"399 a \"x\", 1", 11, "expected a warning code of three digits"}});
}

TEST(WarningTest, NeverWritesWhatDoesNotRead) {
  EXPECT_EQ(to_string(Warning{1000, "a b", "x\r\nVia: y"}), "399 unknown \"x  Via: y\"");
}

TEST(WarningTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(12);
  for (int round = 0; round < 500; ++round) {
    Warning warning{static_cast<std::uint16_t>(make.below(1000)), make.token(), make.text()};
    if (make.coin()) warning.agent = make.word() + ".example:5060";
    test::expect_reads_back(parse_warning, warning);
  }
}

}  // namespace
}  // namespace godwit::sip
