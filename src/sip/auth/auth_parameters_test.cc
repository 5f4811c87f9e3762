// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/auth_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AuthParametersTest, ReadsSchemeAndParametersWithoutQuotes) {
  const auto read = parse_auth_parameters(R"(Digest realm="a, b", qop=auth ,stale = FALSE)");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->scheme, "Digest");
  ASSERT_EQ(read->parameters.size(), 3U);
  EXPECT_EQ(*read->find("realm"), "a, b");
  EXPECT_EQ(*read->find("QOP"), "auth");
  EXPECT_EQ(*read->find("stale"), "FALSE");
  EXPECT_EQ(read->find("nonce"), nullptr);
}

TEST(AuthParametersTest, UndoesEscapesInQuotedStrings) {
  const auto read = parse_auth_parameters(R"(Digest realm="say \"x\" \\")");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read->find("realm"), R"(say "x" \)");
}

TEST(AuthParametersTest, TakesAnUnquotedValueThatIsNoToken) {
  const auto read = parse_auth_parameters("Digest nonce=a/b==,realm=x");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read->find("nonce"), "a/b==");
}

TEST(AuthParametersTest, ASchemeMayStandAlone) {
  const auto read = parse_auth_parameters("Negotiate");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->parameters.empty());
}

TEST(AuthParametersTest, RefusesWhatIsNoParameterAndSaysWhere) {
  for (const char* text : {"", "Digest =x", "Digest realm", "Digest realm=", "Digest realm=\"x",
                           "Digest realm=\"x\" nonce=y"}) {
    const auto read = parse_auth_parameters(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Errc::malformed_message) << text;
    EXPECT_THAT(read.error().detail, HasSubstr("at byte")) << text;
  }
}

TEST(AuthParametersTest, AnErrorDoesNotRepeatTheValues) {
  const auto read = parse_auth_parameters("Digest username=\"alice\" response=\"0123\"");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().detail, Not(HasSubstr("alice")));
}

}  // namespace
}  // namespace godwit::sip
