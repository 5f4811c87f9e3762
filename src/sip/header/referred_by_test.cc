// SPDX-License-Identifier: Apache-2.0
#include "sip/header/referred_by.h"

#include <gtest/gtest.h>

#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(ReferredByTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(
      parse_referred_by,
      {"<sip:referrer@referrer.example>", "sip:r@ref.example;cid=\"2UWQFN309shb3@ref.example\"",
       "\"R\" <sips:r@h>;x=y;CID=bare@h;cid=\"second@h\"", "<sip:r@h>;cid", "<sip:r@h>;cid=\"\""});
}

TEST(ReferredByTest, KnowsItsParts) {
  const auto value = parse_referred_by("\"R\" <sip:r@h>;x;cid=\"a@h\"").value();
  EXPECT_EQ(value.display_name, "R");
  EXPECT_EQ(to_string(value.uri), "sip:r@h");
  EXPECT_EQ(value.content_id, "a@h");
  EXPECT_EQ(value.other, (Parameters{{"x", std::nullopt}}));
}

TEST(ReferredByTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_referred_by, {{"", 0}, {"<sip:r@h>;cid=", 14}, {"<sip:r@h>;cid=\"a", 14}});
}

TEST(ReferredByTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(12);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(
        parse_referred_by, ReferredBy{make.text(), make_uri(make), make.text(), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
