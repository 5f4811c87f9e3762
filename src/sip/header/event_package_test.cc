// SPDX-License-Identifier: Apache-2.0
#include "sip/header/event_package.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(EventPackageTest, ReadsPackageTemplatesAndId) {
  EXPECT_EQ(parse_event("presence").value(), (EventPackage{"presence", {}, "", {}}));
  EXPECT_EQ(parse_event("presence.winfo.x ; id=12;y=1").value(),
            (EventPackage{"presence", {"winfo", "x"}, "12", {{"y", "1"}}}));
  EXPECT_EQ(parse_event("refer;id=\"93809824\"")->id, "93809824");
}

TEST(EventPackageTest, NamesASubscriptionByTypeAndIdAlone) {
  const auto same = [](std::string_view a, std::string_view b) {
    return same_subscription(parse_event(a).value(), parse_event(b).value());
  };
  EXPECT_TRUE(same("refer;id=1;x=1", "refer;x=2;id=1"));
  EXPECT_FALSE(same("refer", "refer;id=1"));
  EXPECT_FALSE(same("refer;id=a", "refer;id=A"));
  EXPECT_FALSE(same("presence", "Presence"));
  EXPECT_FALSE(same("presence", "presence.winfo"));
}

TEST(EventPackageTest, WritesWhatItReads) {
  test::expect_good(
      parse_event, {"presence", "presence.winfo;id=5", "dialog ; sla ; include-session-description",
                    "a.b.c.d;id=x;id=y"});
}

TEST(EventPackageTest, SaysWhereItBreaks) {
  test::expect_bad(parse_event, {{"", 0, "expected an event package"},
                                 {";id=1", 0, "expected an event package"},
                                 {".winfo", 0, "expected an event package"},
                                 {"presence.", 9, "expected a template after \".\""},
                                 {"presence..winfo", 9, "expected a template after \".\""},
                                 {"presence winfo", 9, "expected \";\""},
                                 {"refer;id", 6, "expected an id after \"id=\""},
                                 {"refer;id=\"a b\"", 11, "expected nothing after the token"}});
}

TEST(EventPackageTest, ChecksTheEventsOfAnAgent) {
  EXPECT_EQ(check_allow_events("presence"), std::nullopt);
  EXPECT_EQ(check_allow_events("refer, presence.winfo"), std::nullopt);
  EXPECT_EQ(check_allow_events(""), (Fault{"expected an event package", 0}));
  EXPECT_EQ(check_allow_events("refer, a..b"), (Fault{"expected a template after \".\"", 9}));
  EXPECT_EQ(check_allow_events("refer;id=1"), (Fault{"expected nothing after the token", 5}));
}

TEST(EventPackageTest, NeverWritesWhatDoesNotRead) {
  EXPECT_EQ(to_string(EventPackage{"a.b", {"", "c d"}, "1 2", {}}), "a-b.-.c-d;id=1-2");
}

TEST(EventPackageTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(14);
  for (int round = 0; round < 500; ++round) {
    EventPackage event{make.word(), {}, "", make.parameters()};
    while (make.coin()) event.templates.push_back(make.word());
    if (make.coin()) event.id = make.token();
    test::expect_reads_back(parse_event, event);
  }
}

}  // namespace
}  // namespace godwit::sip
