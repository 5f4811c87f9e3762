// SPDX-License-Identifier: Apache-2.0
#include "sdp/ice_credentials.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(IceCredentials, HaveTheirLengthsAndCharacters) {
  EXPECT_EQ(parse_ice_ufrag("8hhY"), "8hhY");
  EXPECT_EQ(parse_ice_pwd(" asd88fgpdd777uzjYhagZg/+ "), "asd88fgpdd777uzjYhagZg/+");
  EXPECT_TRUE(parse_ice_ufrag(std::string(256, 'a')));
  EXPECT_TRUE(parse_ice_pwd(std::string(256, 'a')));
  const std::string long_one(257, 'a');
  const char* const ufrag = "expected 4 to 256 letters, digits, \"+\" or \"/\"";
  const char* const pwd = "expected 22 to 256 letters, digits, \"+\" or \"/\"";
  test::expect_bad(parse_ice_ufrag, {{"", 0, ufrag}, {"abc", 0}, {"ab=d", 0}, {long_one, 0}});
  test::expect_bad(parse_ice_pwd, {{"", 0, pwd}, {"012345678901234567890", 0}, {long_one, 0}});
}

TEST(IceCredentials, OptionsAreAListOfTags) {
  EXPECT_EQ(parse_ice_options("ice2  trickle")->tags,
            (std::vector<std::string>{"ice2", "trickle"}));
  test::expect_good(parse_ice_options, {"ice2", "rtp+ecn trickle google-ice"});
  test::expect_bad(parse_ice_options, {{"", 0, "expected the tag of an option"}, {"ice2 a/b", 5}});
}

TEST(IceCredentials, OptionsReadBackWhateverTheyHold) {
  SeededRandom random(10);
  for (int i = 0; i < 100; ++i) {
    IceOptions options;
    for (auto count = 1 + random.below(5); count > 0; --count) {
      options.tags.push_back(random.token(1 + random.below(4)));
    }
    test::expect_reads_back(parse_ice_options, options);
  }
}

}  // namespace
}  // namespace godwit::sdp
