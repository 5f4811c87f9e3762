// SPDX-License-Identifier: Apache-2.0
#include "sdp/extmap.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(ExtmapTest, ReadsEveryPart) {
  EXPECT_EQ(parse_extmap("2/sendrecv http://example.com/082005/ext.htm#xmeta short x"),
            (Extmap{2, Direction::sendrecv, "http://example.com/082005/ext.htm#xmeta", "short x"}));
  test::expect_good(parse_extmap, {"1 urn:x", "4351/inactive urn:y", " 14  urn:z  a=b "});
}

TEST(ExtmapTest, SaysWhatIsWrong) {
  const char* const no_number = "expected an extension's number of 1 to 4351";
  test::expect_bad(parse_extmap, {{"", 0, no_number},
                                  {"0 urn:x", 0, no_number},
                                  {"4352 urn:x", 0, no_number},
                                  {"1/both urn:x", 2, "expected a direction after \"/\""},
                                  {"1/ urn:x", 2, "expected a direction after \"/\""},
                                  {"1", 1, "expected the URI of an extension"}});
}

TEST(ExtmapTest, ReadsBackWhateverItHolds) {
  SeededRandom random(16);
  for (int i = 0; i < 200; ++i) {
    Extmap extmap{static_cast<std::uint16_t>(1 + random.below(4351)), std::nullopt,
                  "urn:" + random.token(4), ""};
    if (random.below(2) == 0) extmap.direction = static_cast<Direction>(random.below(4));
    if (random.below(2) == 0) extmap.attributes = random.token(2) + ' ' + random.token(1);
    test::expect_reads_back(parse_extmap, extmap);
  }
}

}  // namespace
}  // namespace godwit::sdp
