// SPDX-License-Identifier: Apache-2.0
#include "sip/header/info_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(InfoPackageTest, ReadsNameAndParameters) {
  EXPECT_EQ(parse_info_package("foo").value(), (InfoPackage{"foo", {}}));
  EXPECT_EQ(parse_info_package("trickle-ice ; a=1").value(),
            (InfoPackage{"trickle-ice", {{"a", "1"}}}));
}

TEST(InfoPackageTest, ReadsWhatAnAgentTakes) {
  const auto recv = parse_recv_info("trickle-ice, foo;x").value();
  EXPECT_THAT(
      recv, ElementsAre(InfoPackage{"trickle-ice", {}}, InfoPackage{"foo", {{"x", std::nullopt}}}));
  EXPECT_TRUE(takes_package(recv, "FOO"));
  EXPECT_FALSE(takes_package(recv, "bar"));
  EXPECT_THAT(parse_recv_info(" ").value(), ElementsAre());
}

TEST(InfoPackageTest, WritesWhatItReads) {
  test::expect_good(parse_info_package, {"foo", "g.3gpp.mid-call;x", "a ; b = \"c\""});
}

TEST(InfoPackageTest, SaysWhereItBreaks) {
  test::expect_bad(parse_info_package, {{"", 0, "expected an Info Package"},
                                        {"foo, bar", 3, "expected \";\""},
                                        {"foo bar", 4, "expected \";\""}});
  test::expect_bad(parse_recv_info, {{"foo,", 4, "expected an Info Package"},
                                     {",foo", 0, "expected an Info Package"}});
}

TEST(InfoPackageTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(19);
  for (int round = 0; round < 200; ++round) {
    test::expect_reads_back(parse_info_package, InfoPackage{make.token(), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
