// SPDX-License-Identifier: Apache-2.0
#include "sip/header/plain_text.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"

namespace godwit::sip {
namespace {

TEST(PlainTextTest, KeepsUtf8WithoutTheSpaceAround) {
  EXPECT_EQ(plain_text(" \tTech \"Support\" <x>; \xc3\xa4 "), "Tech \"Support\" <x>; \xc3\xa4");
  EXPECT_EQ(plain_text(""), "");
  EXPECT_EQ(plain_text(" \r\n "), "");
}

TEST(PlainTextTest, LetsNoControlCharacterThrough) {
  EXPECT_EQ(plain_text("a\r\nVia: x\x1b[31m\x7f\xc2\x9b"
                       "b"),
            "a  Via: x [31m  b");
  EXPECT_EQ(plain_text(std::string_view("a\0b", 3)), "a b");
}

TEST(PlainTextTest, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(plain_text("a\xff\xc3(\xed\xa0\x80"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(PlainTextTest, ChangesNothingTheSecondTime) {
  test::ValueMaker make(21);
  for (int round = 0; round < 1000; ++round) {
    const auto once = plain_text(make.text() + static_cast<char>(make.below(256)) + make.text());
    EXPECT_EQ(plain_text(once), once);
  }
}

}  // namespace
}  // namespace godwit::sip
