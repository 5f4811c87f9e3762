// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace godwit {
namespace {

TEST(Utf8Test, ReadsCharactersOfEveryLength) {
  EXPECT_EQ(first_code_point("a\xc3\xa4"), (CodePoint{'a', 1}));
  EXPECT_EQ(first_code_point("\xc3\xa4"
                             "a"),
            (CodePoint{0xE4, 2}));
  EXPECT_EQ(first_code_point("\xe2\x82\xac"), (CodePoint{0x20AC, 3}));
  EXPECT_EQ(first_code_point("\xf0\x9f\x93\x9e"), (CodePoint{0x1F4DE, 4}));
  EXPECT_EQ(first_code_point("\xf4\x8f\xbf\xbf"), (CodePoint{0x10FFFF, 4}));
  EXPECT_EQ(first_code_point(std::string_view("\0", 1)), (CodePoint{0, 1}));
}

TEST(Utf8Test, RefusesWhatIsNoUtf8) {
  for (const auto* const text :
       {"", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe2\x82",
        "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(first_code_point(text).length, 0U);
  }
}

}  // namespace
}  // namespace godwit
