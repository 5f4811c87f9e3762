// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/authentication_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AuthenticationInfoTest, HoldsEveryParameter) {
  const auto info = parse_authentication_info(
      R"(NextNonce="47\"3", qop=auth-int, rspauth="6629", cnonce="0a4f", nc=00000001, x=y)");
  ASSERT_TRUE(info);
  AuthenticationInfo expected;
  expected.next_nonce = "47\"3";
  expected.qop = Qop::auth_int;
  expected.response_auth = "6629";
  expected.cnonce = "0a4f";
  expected.nonce_count = 1;
  expected.parameters = {{"x", "y"}};
  EXPECT_EQ(*info, expected);
}

TEST(AuthenticationInfoTest, TellsAnEmptyValueFromAnAbsentOne) {
  EXPECT_EQ(parse_authentication_info(R"(nextnonce="")")->next_nonce, "");
  EXPECT_EQ(parse_authentication_info(R"(rspauth="")")->next_nonce, std::nullopt);
}

TEST(AuthenticationInfoTest, ReadsBackAndMayBeCutOffAnywhere) {
  test::expect_good(parse_authentication_info,
                    {R"(nextnonce="n")", R"(qop=auth,rspauth="0",cnonce="c",nc=0000000f)",
                     R"(x=y, nextnonce = un/quoted==, z="\"\\")", R"(qop="AUTH-INT" ,)"});
}

TEST(AuthenticationInfoTest, IsRefusedWithThePlaceAndWhatWasExpected) {
  test::expect_bad(parse_authentication_info,
                   {{"", 0, "expected a parameter"},
                    {" , ", 3, "expected a parameter"},
                    {"Digest nextnonce=\"n\"", 7, "expected \"=\" after the parameter name"},
                    {"nextnonce=\"n", 10, "unterminated quoted string"},
                    {"nextnonce=a,nextnonce=b", 12, "parameter given twice"},
                    {"qop=token", 4, "expected the qop auth or auth-int"},
                    {"nc=1", 3, "expected eight hexadecimal digits in lower case"}});
}

TEST(AuthenticationInfoTest, HasSoManyParametersAndNoMore) {
  const auto with = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "x=y,";
    return parse_authentication_info(text);
  };
  EXPECT_EQ(with(limits::kAuthParameters)->parameters.size(), limits::kAuthParameters);
  EXPECT_STREQ(with(limits::kAuthParameters + 1).error().what, "too many parameters");
  EXPECT_STREQ(with(10 * limits::kAuthParameters).error().what, "too many parameters");
}

TEST(AuthenticationInfoTest, OfAnyValuesReadsBack) {
  test::ValueMaker make(2617);
  for (int i = 0; i < 2000; ++i) {
    AuthenticationInfo info;
    if (make.coin()) info.next_nonce = make.text();
    if (make.coin()) info.response_auth = make.text();
    if (make.coin()) info.qop = make.coin() ? Qop::auth : Qop::auth_int;
    if (make.coin()) info.cnonce = make.text();
    if (make.coin()) info.nonce_count = make.number();
    info.parameters = {{"x-" + make.token(), make.coin() ? make.token() : quote(make.text())}};
    test::expect_reads_back(parse_authentication_info, info);
  }
}

TEST(AuthenticationInfoTest, CannotBreakOutOfItsHeaderField) {
  AuthenticationInfo info;
  info.next_nonce = "a\r\nb";
  EXPECT_THAT(to_string(info), Not(HasSubstr("\n")));
  EXPECT_EQ(to_string(AuthenticationInfo{}), "");
}

}  // namespace
}  // namespace godwit::sip
