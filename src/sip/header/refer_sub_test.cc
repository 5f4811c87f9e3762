// SPDX-License-Identifier: Apache-2.0
#include "sip/header/refer_sub.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(ReferSubTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_refer_sub, {"true", "false", " FALSE ; x = \"y\""});
  EXPECT_TRUE(parse_refer_sub("True")->subscribes);
  EXPECT_EQ(parse_refer_sub("false;x"), (ReferSub{false, {{"x", std::nullopt}}}));
}

TEST(ReferSubTest, SaysWhereAFaultIs) {
  constexpr const char* kExpected = "expected \"true\" or \"false\"";
  test::expect_bad(parse_refer_sub, {{"", 0, kExpected},
                                     {" no", 1, kExpected},
                                     {"truely", 0, kExpected},
                                     {"\"true\"", 0, kExpected},
                                     {"true x", 5},
                                     {"true;", 5}});
}

TEST(ReferSubTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(21);
  for (int i = 0; i < 100; ++i) {
    test::expect_reads_back(parse_refer_sub, ReferSub{make.coin(), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
