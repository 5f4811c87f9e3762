// SPDX-License-Identifier: Apache-2.0
#include "sdp/ssrc.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(SsrcTest, ReadsAnAttributeOfASource) {
  EXPECT_EQ(parse_ssrc("4294967295 cname:user@example.com"),
            (Ssrc{4294967295, "cname", "user@example.com"}));
  EXPECT_EQ(parse_ssrc("1 fmtp:96 a:b"), (Ssrc{1, "fmtp", "96 a:b"}));
  test::expect_good(parse_ssrc, {"0 x", " 1  cname: y ", "1 x:"});
  test::expect_bad(parse_ssrc, {{"", 0, "expected a source's number"},
                                {"4294967296 x", 0, "expected a source's number"},
                                {"1", 1, "expected an attribute of the source, such as cname"},
                                {"1 :x", 2, "expected an attribute of the source, such as cname"}});
}

TEST(SsrcTest, ReadsAGroupOfSources) {
  EXPECT_EQ(parse_ssrc_group("FID 1 2"), (SsrcGroup{"FID", {1, 2}}));
  test::expect_good(parse_ssrc_group, {"FEC", "FID 4294967295"});
  test::expect_bad(parse_ssrc_group, {{"", 0, "expected semantics, such as FID"},
                                      {"FID x", 4, "expected a source's number"}});
}

TEST(SsrcTest, ReadsBackWhateverItHolds) {
  SeededRandom random(15);
  for (int i = 0; i < 200; ++i) {
    Ssrc ssrc{random.u32(), random.token(2), ""};
    if (random.below(2) == 0) ssrc.value = random.token(2) + " : " + random.token(1);
    test::expect_reads_back(parse_ssrc, ssrc);
    SsrcGroup group{random.token(2), {}};
    while (random.below(3) > 0) group.ids.push_back(random.u32());
    test::expect_reads_back(parse_ssrc_group, group);
  }
}

}  // namespace
}  // namespace godwit::sdp
