// SPDX-License-Identifier: Apache-2.0
#include "sip/header/accept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(AcceptTest, ReadsRangesWithTheirPreference) {
  EXPECT_THAT(parse_accept("application/sdp;level=1, application/x-private, text/*;q=0.5").value(),
              ElementsAre(MediaRange{"application", "sdp", 1000, {{"level", "1"}}},
                          MediaRange{"application", "x-private", 1000, {}},
                          MediaRange{"text", "*", 500, {}}));
  EXPECT_THAT(parse_accept("*/*").value(), ElementsAre(MediaRange{}));
  EXPECT_THAT(parse_accept(" ").value(), ElementsAre());
}

TEST(AcceptTest, PrefersByTheClosestRange) {
  const auto accept =
      parse_accept("*/*;q=0.1, text/*;q=0.5, TEXT/html;q=0, application/sdp").value();
  EXPECT_EQ(preference_for(accept, "Application/SDP"), 1000);
  EXPECT_EQ(preference_for(accept, "text/plain"), 500);
  EXPECT_EQ(preference_for(accept, "text/html"), 0);
  EXPECT_EQ(preference_for(accept, "image/png"), 100);
  EXPECT_EQ(preference_for(std::vector<MediaRange>{}, "application/sdp"), 0);
  EXPECT_EQ(preference_for(parse_accept("text/nobodyKnowsThis").value(), "application/sdp"), 0);
}

TEST(AcceptTest, WritesWhatItReads) {
  test::expect_good(
      parse_media_range,
      {"*/*", "text/*;q=0.5", "application/sdp;level=1;q=0.999;q=0.2", "a/b ; q = 1 ; x"});
}

TEST(AcceptTest, SaysWhereItBreaks) {
  test::expect_bad(parse_accept, {{"*/sdp", 2, "expected \"*\" after \"*/\""},
                                  {"text", 4, "expected \"/\" after the media type"},
                                  {"text/plain;q=2", 13, "expected a number from 0 to 1"},
                                  {"text/plain;q", 11, "expected a number from 0 to 1"},
                                  {"a/b, text/plain;q=0.x", 20, "expected a digit"},
                                  {"a/b,", 4, "expected a media type"}});
}

TEST(AcceptTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(3);
  for (int round = 0; round < 500; ++round) {
    MediaRange range{make.word(), make.coin() ? make.word() : "*",
                     static_cast<Thousandths>(make.below(1001)), make.parameters()};
    if (make.below(4) == 0) range.type = range.subtype = "*";
    test::expect_reads_back(parse_media_range, range);
  }
}

}  // namespace
}  // namespace godwit::sip
