// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac.h"

#include <gtest/gtest.h>

namespace godwit::crypto {
namespace {

std::string as_hex(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

// Test case 2 of both.
TEST(HmacTest, GivesTheValuesOfRfc2202AndRfc4231) {
  const std::string data = "what do ya want for nothing?";
  EXPECT_EQ(as_hex(hmac_sha1("Jefe", data)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(as_hex(hmac_sha256("Jefe", data)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HmacTest, KeyAndDataMayBeEmpty) {
  EXPECT_EQ(as_hex(hmac_sha1("", "")), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
  EXPECT_EQ(hmac_sha256("", "").size(), 32U);
}

}  // namespace
}  // namespace godwit::crypto
