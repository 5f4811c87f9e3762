// SPDX-License-Identifier: Apache-2.0
#include "sdp/group.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(GroupTest, ReadsSemanticsAndMids) {
  EXPECT_EQ(parse_group("BUNDLE foo bar"), (Group{"BUNDLE", {"foo", "bar"}}));
  test::expect_good(parse_group, {"BUNDLE", "LS 1 2", "ANAT  a b "});
  test::expect_bad(parse_group, {{"", 0, "expected semantics, such as BUNDLE"},
                                 {"LS a/b", 3, "expected the mid of a media line"}});
}

TEST(GroupTest, ReadsBackWhateverItHolds) {
  SeededRandom random(13);
  for (int i = 0; i < 100; ++i) {
    Group group{random.token(2), {}};
    for (auto count = random.below(6); count > 0; --count) group.mids.push_back(random.token(1));
    test::expect_reads_back(parse_group, group);
  }
}

TEST(GroupTest, MidIsAToken) {
  EXPECT_EQ(parse_mid(" audio "), "audio");
  test::expect_bad(parse_mid, {{"", 0, "expected a token as the mid"}, {"a b", 0}});
}

}  // namespace
}  // namespace godwit::sdp
