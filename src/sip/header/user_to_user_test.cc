// SPDX-License-Identifier: Apache-2.0
#include "sip/header/user_to_user.h"

#include <gtest/gtest.h>

#include "sip/header/value_list.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(UserToUserTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_user_to_user,
                    {"56a390f3d2b7310023a2;encoding=hex;purpose=isdn-uui;content=isdn-uui",
                     "56a390f3d2b7310023a2", "\"a;b, \\\"c\\\"\" ; Encoding = \"x y\";z=\"1\"",
                     "\"\"", "\"56a3\";encoding=HEX;encoding=b;purpose;content=\"\""});
}

TEST(UserToUserTest, KnowsItsParts) {
  const auto value =
      parse_user_to_user("\"a b\";content=c;x=1;purpose=\"p\";encoding=text").value();
  EXPECT_EQ(value, (UserToUser{"a b", "text", "p", "c", {{"x", "1"}}}));
  EXPECT_EQ(to_string(value), "\"a b\";encoding=text;purpose=p;content=c;x=1");
}

TEST(UserToUserTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_user_to_user,
                   {{"", 0, "expected a token or a quoted string"},
                    {" ;encoding=hex", 1, "expected a token or a quoted string"},
                    {"\"ab", 0, "unterminated quoted string"},
                    {"ab cd", 3},
                    {"ab;encoding=", 12}});
}

TEST(UserToUserTest, StandsInLists) {
  const auto list = parse_value_list("56a3;encoding=hex, \"a,b\"", parse_user_to_user).value();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].data, "a,b");
}

TEST(UserToUserTest, UndoesHexadecimalDigits) {
  const auto octets = [](std::string_view text) {
    return octets_of(parse_user_to_user(text).value());
  };
  EXPECT_EQ(octets("48656C6c6f;encoding=HEX"), "Hello");
  EXPECT_EQ(octets("\"00ff\""), std::string("\0\xff", 2));
  EXPECT_EQ(octets("\"\""), "");
  EXPECT_EQ(octets("486;encoding=hex"), std::nullopt);
  EXPECT_EQ(octets("4g"), std::nullopt);
  EXPECT_EQ(octets("-1"), std::nullopt);
  EXPECT_EQ(octets("\"a b\";encoding=text"), "a b");
}

TEST(UserToUserTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(19);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_user_to_user,
                            UserToUser{make.coin() ? make.text() : make.token(), make.token(),
                                       make.text(), make.word(), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
