// SPDX-License-Identifier: Apache-2.0
#include "sdp/tls_id.h"

#include <gtest/gtest.h>

#include "support/value_table.h"

namespace godwit::sdp {
namespace {

// RFC 8842 §4
TEST(TlsIdTest, ReadsTheExampleOfTheRfc) {
  EXPECT_EQ(parse_tls_id("abc3de65cddef001be82"), "abc3de65cddef001be82");
  EXPECT_EQ(parse_tls_id(" abc3de65cddef+/-_e82 "), "abc3de65cddef+/-_e82");
  EXPECT_TRUE(parse_tls_id(std::string(255, 'a')));
}

TEST(TlsIdTest, SaysWhatIsWrong) {
  const char* const what = "expected 20 to 255 letters, digits, +, /, - or _";
  test::expect_bad(parse_tls_id, {{"", 0, what},
                                  {"abc3de65cddef001be8", 0, what},
                                  {"abc3de65cddef001be8 2", 0, what},
                                  {"abc3de65cddef001be8=", 0, what}});
  EXPECT_FALSE(parse_tls_id(std::string(256, 'a')));
}

TEST(TlsIdTest, MakesOneThatCanBeRead) {
  SeededRandom random(1);
  const auto first = make_tls_id(random);
  EXPECT_EQ(parse_tls_id(first), first);
  EXPECT_NE(make_tls_id(random), first);
}

}  // namespace
}  // namespace godwit::sdp
