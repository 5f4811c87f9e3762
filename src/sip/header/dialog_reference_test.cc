// SPDX-License-Identifier: Apache-2.0
#include "sip/header/dialog_reference.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(ReplacesTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_replaces,
                    {"98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff",
                     "12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only",
                     "425928@bobster.example.org ; to-tag = 7743 ; from-tag=6472;x=\"y\"",
                     "a\"b@h;TO-TAG=0;From-Tag=0;Early-Only;early-only",
                     " a;to-tag=1;to-tag=2;from-tag=3;early-only=no"});
}

TEST(ReplacesTest, KnowsItsParts) {
  const auto value = parse_replaces("a@h;x;from-tag=f;early-only;to-tag=t").value();
  EXPECT_EQ(value, (Replaces{"a@h", "t", "f", true, {{"x", std::nullopt}}}));
  EXPECT_EQ(to_string(value), "a@h;to-tag=t;from-tag=f;early-only;x");
}

TEST(ReplacesTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_replaces,
                   {{"", 0, "expected a Call-ID"},
                    {";to-tag=1;from-tag=2", 0, "expected a Call-ID"},
                    {"a b;to-tag=1;from-tag=2", 1},
                    {"a", 1, "expected a parameter \"to-tag\""},
                    {"a;from-tag=1", 12, "expected a parameter \"to-tag\""},
                    {"a;to-tag=1", 10, "expected a parameter \"from-tag\""},
                    {"a;to-tag;from-tag=2", 2, "expected a token after \"to-tag=\""},
                    {"a;to-tag=1;from-tag=\"x\"", 20, "expected a token after \"from-tag=\""},
                    {"a;to-tag=1;from-tag=", 20}});
}

TEST(ReplacesTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(9);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_replaces, Replaces{make.token() + "@" + make.word(), make.token(),
                                                     make.token(), make.coin(), make.parameters()});
  }
}

TEST(ReplacesTest, WritesOnlyWhatReads) {
  EXPECT_EQ(to_string(Replaces{}), "-;to-tag=-;from-tag=-");
  EXPECT_EQ(to_string(Replaces{"a;b", "c\r\n", "d e", false, {}}), "a-b;to-tag=c--;from-tag=d-e");
}

TEST(JoinTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_join, {"12adf2f34456gs5;to-tag=12345;from-tag=54321",
                                 "a@h;from-tag=1;to-tag=2;early-only;x=[::1]"});
  test::expect_bad(parse_join, {{"", 0}, {"a;to-tag=1", 10}, {"a;to-tag=1;from-tag=@", 20}});
  EXPECT_EQ(parse_join("a;to-tag=t;from-tag=f;early-only"),
            (Join{"a", "t", "f", {{"early-only", std::nullopt}}}));
}

TEST(JoinTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(10);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_join,
                            Join{make.token(), make.token(), make.token(), make.parameters()});
  }
}

TEST(TargetDialogTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_target_dialog, {"fa77as7dad8-sd98ajzz@host.example.com"
                                          ";local-tag=kkaz-;remote-tag=6544",
                                          "a;remote-tag=r;x;local-tag=l"});
  test::expect_bad(parse_target_dialog,
                   {{"", 0, "expected a Call-ID"},
                    {"a;remote-tag=r", 14, "expected a parameter \"local-tag\""},
                    {"a;local-tag=l", 13, "expected a parameter \"remote-tag\""},
                    {"a;local-tag=l;remote-tag", 14, "expected a token after \"remote-tag=\""}});
  EXPECT_EQ(parse_target_dialog("a;remote-tag=r;local-tag=l"), (TargetDialog{"a", "l", "r", {}}));
}

TEST(TargetDialogTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(11);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_target_dialog, TargetDialog{make.token(), make.token(),
                                                              make.token(), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
