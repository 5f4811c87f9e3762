// SPDX-License-Identifier: Apache-2.0
#include "sdp/msid.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(MsidTest, ReadsStreamAndTrack) {
  EXPECT_EQ(parse_msid("- track"), (Msid{"-", "track"}));
  test::expect_good(parse_msid, {"stream", " stream  track "});
  const std::string long_one(65, 'a');
  const std::string long_track = "s " + long_one;
  test::expect_bad(parse_msid, {{"", 0, "expected an identifier of up to 64 characters"},
                                {long_one, 0},
                                {long_track, 2},
                                {"a b/c", 2},
                                {"a b c", 4, "expected nothing after the identifiers"}});
}

TEST(MsidTest, ReadsBackWhateverItHolds) {
  SeededRandom random(14);
  for (int i = 0; i < 100; ++i) {
    Msid msid{random.token(1 + random.below(32)), ""};
    if (random.below(2) == 0) msid.appdata = random.token(1 + random.below(32));
    test::expect_reads_back(parse_msid, msid);
  }
}

}  // namespace
}  // namespace godwit::sdp
