// SPDX-License-Identifier: Apache-2.0
#include "sip/header/from_to.h"

#include <gtest/gtest.h>

#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(FromToTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_from_to,
                    {"\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s",
                     "sip:+12125551212@server.phone2net.com;tag=887s",
                     "Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "<sip:a@h>", "<sip:a@h>;x",
                     "<tel:+1>;TAG=1~.!;x=\"y\"", "<sip:a@h>;tag=1;tag=2"});
}

TEST(FromToTest, KnowsItsParts) {
  const auto value = parse_from_to("\"A\" <sip:a@h;x>;y=1;tag=t;tag=u").value();
  EXPECT_EQ(value.display_name, "A");
  EXPECT_EQ(to_string(value.uri), "sip:a@h;x");
  EXPECT_EQ(value.tag, "t");
  EXPECT_EQ(value.other, (Parameters{{"y", "1"}, {"tag", "u"}}));
  EXPECT_EQ(to_string(value), "\"A\" <sip:a@h;x>;tag=t;y=1;tag=u");
}

TEST(FromToTest, SaysWhereAFaultIs) {
  constexpr const char* kTag = "expected a token after \"tag=\"";
  test::expect_bad(parse_from_to, {{"", 0},
                                   {"<sip:a@h>;tag", 10, kTag},
                                   {"<sip:a@h>;tag=\"x\"", 14, kTag},
                                   {"<sip:a@h>;tag=a@b", 14, kTag},
                                   {"<sip:a@h>;tag=", 14},
                                   {"sip:a@h?X=y;tag=1", 7}});
}

TEST(FromToTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(2);
  for (int i = 0; i < 1000; ++i) {
    FromTo value{make.text(), make_uri(make), {}, make.parameters()};
    if (make.coin()) value.tag = make.token();
    test::expect_reads_back(parse_from_to, value);
  }
}

TEST(FromToTest, WritesNoTagThatDoesNotRead) {
  FromTo value = parse_from_to("<sip:a@h>").value();
  value.tag = "a\r\nVia: b";
  EXPECT_EQ(to_string(value), "<sip:a@h>;tag=a--Via--b");
}

}  // namespace
}  // namespace godwit::sip
