// SPDX-License-Identifier: Apache-2.0
#include "sip/header/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(ReasonTest, ReadsProtocolCauseAndText) {
  EXPECT_EQ(parse_reason("SIP ;cause=200 ;text=\"Call completed elsewhere\"").value(),
            (Reason{"SIP", 200, "Call completed elsewhere", {}}));
  EXPECT_EQ(parse_reason("Q.850 ;cause=16;text=Terminated;location=LN").value(),
            (Reason{"Q.850", 16, "Terminated", {{"location", "LN"}}}));
  EXPECT_EQ(parse_reason("preemption").value(), (Reason{"preemption", std::nullopt, "", {}}));
}

TEST(ReasonTest, ReadsOneForEachProtocol) {
  EXPECT_THAT(parse_reasons("SIP;cause=580;text=\"a, b\", Q.850;cause=31").value(),
              ElementsAre(Reason{"SIP", 580, "a, b", {}}, Reason{"Q.850", 31, "", {}}));
}

TEST(ReasonTest, WritesItsTextInQuotes) {
  EXPECT_EQ(to_string(Reason{"SIP", 600, "Busy", {}}), "SIP;cause=600;text=\"Busy\"");
  EXPECT_EQ(to_string(Reason{"no token", std::nullopt, "", {}}), "no-token");
}

TEST(ReasonTest, WritesWhatItReads) {
  test::expect_good(parse_reason,
                    {"SIP", "Q.850;cause=16", "SIP ; cause = \"200\" ; text = \"a;b\"",
                     "SIP;text=\"\";cause=1;cause=2;text=x;text=y", "X;text"});
}

TEST(ReasonTest, SaysWhereItBreaks) {
  test::expect_bad(parse_reasons, {{"", 0, "expected a protocol, \"SIP\" or \"Q.850\""},
                                   {";cause=200", 0, "expected a protocol, \"SIP\" or \"Q.850\""},
                                   {"SIP 200", 4, "expected \";\""},
                                   {"SIP;cause=abc", 10, "expected a number"},
                                   {"SIP;cause", 4, "expected a number"},
                                   {"SIP;cause=20 0", 13, "expected \";\""},
                                   {"SIP;cause=4294967296", 10, "number too large"},
                                   {"SIP;cause=200;text=\"open", 19},
                                   {"SIP, Q.850;cause=x", 17, "expected a number"}});
}

TEST(ReasonTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(13);
  for (int round = 0; round < 500; ++round) {
    Reason reason{make.token(), std::nullopt, make.text(), make.parameters()};
    if (make.coin()) reason.cause = make.number();
    test::expect_reads_back(parse_reason, reason);
  }
}

}  // namespace
}  // namespace godwit::sip
