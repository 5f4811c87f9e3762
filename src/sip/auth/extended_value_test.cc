// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/extended_value.h"

#include <gtest/gtest.h>

#include "support/value_table.h"

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;

TEST(ExtendedValueTest, IsDecoded) {
  EXPECT_EQ(decode_extended_value("UTF-8''J%C3%A4s%C3%B8n%20Doe"), "J\xc3\xa4s\xc3\xb8n Doe");
  EXPECT_EQ(decode_extended_value("utf-8'en'%e2%82%ac%20rates"), "\xe2\x82\xac rates");
  EXPECT_EQ(decode_extended_value("UTF-8''"), "");
  EXPECT_EQ(decode_extended_value("UTF-8''a#$&^|b"), "a#$&^|b");
}

TEST(ExtendedValueTest, IsRefusedWithItsPlace) {
  test::expect_bad(decode_extended_value,
                   {{"", 0, "expected the charset UTF-8"},
                    {"ISO-8859-1''%A3", 0, "expected the charset UTF-8"},
                    {"UTF-8", 5, "expected \"'\" after charset and language"},
                    {"UTF-8'en", 8, "expected \"'\" after charset and language"},
                    {"UTF-8''%", 7, "expected two hexadecimal digits after \"%\""},
                    {"UTF-8''a%C", 8, "expected two hexadecimal digits after \"%\""},
                    {"UTF-8''a%Cg", 8, "expected two hexadecimal digits after \"%\""},
                    {"UTF-8''a b", 8, "expected \"%\" and two hexadecimal digits"},
                    {"UTF-8''a\xc3\xa4", 8, "expected \"%\" and two hexadecimal digits"},
                    {"UTF-8''a%0d%0aVia", 7, "expected no line break"},
                    {"UTF-8''a%C3x", 7, "expected UTF-8 behind the escapes"},
                    {"UTF-8''%00", 7, "expected no line break"}});
}

TEST(ExtendedValueTest, IsAToken) {
  EXPECT_EQ(encode_extended_value("J\xc3\xa4s\xc3\xb8n Doe"), "UTF-8''J%C3%A4s%C3%B8n%20Doe");
  EXPECT_EQ(encode_extended_value("a\r\n\0b"sv), "UTF-8''a%20%20%20b");
  EXPECT_EQ(encode_extended_value("a\xc3"), std::nullopt);
}

TEST(ExtendedValueTest, OfAnyCharacterComesBack) {
  std::string all = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\x9e";
  for (char c = 1; c < 0x7f; ++c) {
    if (!breaks_a_line(c)) all += c;
  }
  const auto value = encode_extended_value(all).value();
  EXPECT_TRUE(is_token(value)) << value;
  EXPECT_EQ(decode_extended_value(value), all);
  for (std::size_t size = 0; size < value.size(); ++size) {
    const test::ExactBlock part(std::string_view(value).substr(0, size));
    const auto cut = decode_extended_value(part.view());
    if (!cut) {
      EXPECT_LE(cut.error().at, size);
    }
  }
}

}  // namespace
}  // namespace godwit::sip
