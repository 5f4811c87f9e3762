// SPDX-License-Identifier: Apache-2.0
#include "sip/header/diversion.h"

#include <gtest/gtest.h>

#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(DiversionTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(
      parse_diversion,
      {"<sip:bob@b.example>;reason=user-busy",
       "\"Bob\" <sip:bob@h> ; Reason = \"no-answer\" ;counter=1;limit=99;"
       "privacy=off;screen=no;x=\"y\"",
       "tel:+1;reason=unconditional", "<sip:b@h>;reason=\"on leave\";counter=\"2\"",
       "<sip:b@h>;reason=a/b;reason=c", "<sip:b@h>;reason=\"\";privacy;counter=1;counter=2"});
}

TEST(DiversionTest, KnowsItsParts) {
  const auto value = parse_diversion(
                         "\"B\" <sip:b@h>;x=1;reason=\"user-busy\";counter=03;limit=5;"
                         "privacy=\"full\";screen=yes")
                         .value();
  EXPECT_EQ(value.display_name, "B");
  EXPECT_EQ(value.reason, "user-busy");
  EXPECT_EQ(value.counter, 3);
  EXPECT_EQ(value.limit, 5);
  EXPECT_EQ(value.privacy, "full");
  EXPECT_EQ(value.screen, "yes");
  EXPECT_EQ(value.other, (Parameters{{"x", "1"}}));
  EXPECT_EQ(to_string(value),
            "\"B\" <sip:b@h>;reason=user-busy;counter=3;limit=5;privacy=full;screen=yes;x=1");
}

TEST(DiversionTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_diversion, {{"", 0},
                                     {"<sip:b@h>;counter=100", 18, "number too large"},
                                     {"<sip:b@h>;counter", 10, "expected a number"},
                                     {"<sip:b@h>;limit=-1", 16, "expected a number"},
                                     {"<sip:b@h>;limit=\"x\"", 17, "expected a number"},
                                     {"<sip:b@h>;reason=", 17}});
}

TEST(DiversionTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(15);
  const auto count = [&]() -> std::optional<std::uint8_t> {
    if (make.coin()) return std::nullopt;
    return static_cast<std::uint8_t>(make.below(100));
  };
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_diversion,
                            Diversion{make.text(), make_uri(make), make.text(), make.token(),
                                      make.word(), count(), count(), make.parameters()});
  }
}

TEST(DiversionTest, WritesNoNumberThatDoesNotRead) {
  Diversion value = parse_diversion("<sip:b@h>").value();
  value.counter = 255;
  EXPECT_EQ(to_string(value), "<sip:b@h>;counter=99");
}

}  // namespace
}  // namespace godwit::sip
