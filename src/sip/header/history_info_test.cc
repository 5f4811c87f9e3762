// SPDX-License-Identifier: Apache-2.0
#include "sip/header/history_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using Change = HistoryTarget::Change;

TEST(HistoryInfoTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(
      parse_history_info,
      {"<sip:bob@biloxi.example.com>;index=1", "<sip:b@192.0.2.4>;index=1.1;rc=1",
       "<sip:b@h?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%22&Privacy=history>;index=1.1.2;np=1.1",
       "\"B\" <sip:b@h> ; Index = 1.2 ; mp=1;x=\"y\"", "sip:b@h;index=1", "<sip:b@h>;x",
       "<tel:+1;cause=302>;index=1;mp=1;rc=2;index=3"});
}

TEST(HistoryInfoTest, KnowsItsParts) {
  const auto entry = parse_history_info("\"B\" <sip:b@h>;mp=1.10;x;index=1.2.30").value();
  EXPECT_EQ(entry.display_name, "B");
  EXPECT_THAT(entry.index, ElementsAre(1, 2, 30));
  EXPECT_EQ(entry.target, (HistoryTarget{Change::other_user, {1, 10}}));
  EXPECT_EQ(entry.other, (Parameters{{"x", std::nullopt}}));
  EXPECT_EQ(to_string(entry), "\"B\" <sip:b@h>;index=1.2.30;mp=1.10;x");
  EXPECT_EQ(parse_history_info("<sip:b@h>;rc=1")->target->change, Change::same_user);
  EXPECT_EQ(parse_history_info("<sip:b@h>;np=1")->target->change, Change::none);
}

TEST(HistoryInfoTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_history_info, {{"", 0},
                                        {"<sip:b@h>;index", 10, "expected a number"},
                                        {"<sip:b@h>;index=", 16},
                                        {"<sip:b@h>;index=1.", 18, "expected a number"},
                                        {"<sip:b@h>;index=1..2", 18, "expected a number"},
                                        {"<sip:b@h>;index=1.a", 18, "expected a number"},
                                        {"<sip:b@h>;index=1.2x", 19},
                                        {"<sip:b@h>;index=4294967296", 16, "number too large"},
                                        {"<sip:b@h>;rc=x", 13, "expected a number"},
                                        {"sip:b@h?Reason=SIP;index=1", 7}});
}

TEST(HistoryInfoTest, TheIndexEndsAtTheLimit) {
  const auto with = [](std::size_t depth) {
    std::string text = "<sip:b@h>;index=1";
    while (--depth > 0) text += ".1";
    return text;
  };
  EXPECT_EQ(parse_history_info(with(limits::kHistoryDepth))->index.size(), limits::kHistoryDepth);
  const Fault too_deep{"history too deep", 16 + 2 * limits::kHistoryDepth};
  EXPECT_EQ(parse_history_info(with(limits::kHistoryDepth + 1)).error(), too_deep);
  EXPECT_EQ(parse_history_info(with(limits::kHistoryDepth * 10)).error(), too_deep);
}

TEST(HistoryInfoTest, FindsReasonAndPrivacyInTheUri) {
  const auto entry =
      parse_history_info("<sip:b@h?reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%22&Privacy=history>")
          .value();
  EXPECT_EQ(history_reason(entry), "SIP;cause=486;text=\"Busy\"");
  EXPECT_EQ(history_privacy(entry), "history");
  EXPECT_EQ(history_reason(parse_history_info("<sip:b@h>").value()), std::nullopt);
  HistoryInfo bad;
  bad.uri.headers.push_back({"Reason", "%4"});
  EXPECT_EQ(history_reason(bad), std::nullopt);
}

TEST(HistoryInfoTest, PutsReasonAndPrivacyIntoTheUri) {
  auto entry = parse_history_info("<sip:b@h>;index=1").value();
  set_history_reason(entry, "SIP;cause=302;text=\"a&b\"");
  set_history_privacy(entry, "history");
  EXPECT_EQ(history_reason(entry), "SIP;cause=302;text=\"a&b\"");
  test::expect_reads_back(parse_history_info, entry);
  set_history_reason(entry, "Q.850;cause=16");
  EXPECT_EQ(entry.uri.headers.size(), 2U);
  EXPECT_EQ(history_reason(entry), "Q.850;cause=16");
}

TEST(HistoryInfoTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(16);
  const auto index = [&] {
    HistoryIndex made;
    for (auto count = 1 + make.below(5); count > 0; --count) made.push_back(make.number());
    return made;
  };
  for (int i = 0; i < 1000; ++i) {
    HistoryInfo entry{make.text(), make_uri(make), {}, {}, make.parameters()};
    if (make.coin()) entry.index = index();
    if (make.coin()) entry.target = HistoryTarget{static_cast<Change>(make.below(3)), index()};
    test::expect_reads_back(parse_history_info, entry);
  }
}

}  // namespace
}  // namespace godwit::sip
