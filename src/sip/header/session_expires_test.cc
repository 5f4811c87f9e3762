// SPDX-License-Identifier: Apache-2.0
#include "sip/header/session_expires.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

TEST(SessionExpiresTest, ReadsIntervalAndRefresher) {
  EXPECT_EQ(parse_session_expires("4000").value(), (SessionExpires{4000s, std::nullopt, {}}));
  EXPECT_EQ(parse_session_expires("90 ; Refresher=UAS;x=1").value(),
            (SessionExpires{90s, Refresher::uas, {{"x", "1"}}}));
  EXPECT_EQ(parse_session_expires("1800;refresher=\"uac\"")->refresher, Refresher::uac);
}

TEST(SessionExpiresTest, WritesWhatItReads) {
  test::expect_good(parse_session_expires,
                    {"0", "1800;refresher=uac", "90;x;refresher=uas;refresher=uac"});
  EXPECT_EQ(to_string(SessionExpires{}), "1800");
}

TEST(SessionExpiresTest, SaysWhereItBreaks) {
  test::expect_bad(parse_session_expires,
                   {{"", 0, "expected a number"},
                    {";refresher=uac", 0, "expected a number"},
                    {"4294967296", 0, "number too large"},
                    {"90s", 2, "expected \";\""},
                    {"90;refresher=me", 13, "expected \"uac\" or \"uas\""},
                    {"90;refresher", 3, "expected \"uac\" or \"uas\""},
                    {"90;refresher=\"ua\"", 14, "expected \"uac\" or \"uas\""}});
}

TEST(SessionExpiresTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(16);
  for (int round = 0; round < 500; ++round) {
    SessionExpires value{std::chrono::seconds{make.number()}, std::nullopt, make.parameters()};
    if (make.coin()) value.refresher = make.coin() ? Refresher::uac : Refresher::uas;
    test::expect_reads_back(parse_session_expires, value);
  }
}

TEST(MinSeTest, ReadsAndWritesTheInterval) {
  EXPECT_EQ(parse_min_se("120").value(), (MinSe{120s, {}}));
  EXPECT_EQ(to_string(MinSe{}), "90");
  test::expect_good(parse_min_se, {"90", "3600 ; lr ; x=\"y\""});
}

TEST(MinSeTest, SaysWhereItBreaks) {
  test::expect_bad(parse_min_se, {{"", 0, "expected a number"},
                                  {"x", 0, "expected a number"},
                                  {"90,91", 2, "expected \";\""},
                                  {"99999999999", 0, "number too large"}});
}

TEST(MinSeTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(17);
  for (int round = 0; round < 200; ++round) {
    test::expect_reads_back(parse_min_se,
                            MinSe{std::chrono::seconds{make.number()}, make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
