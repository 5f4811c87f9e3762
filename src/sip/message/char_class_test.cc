// SPDX-License-Identifier: Apache-2.0
#include "sip/message/char_class.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sip {
namespace {

/// All bytes of a class, in order.
std::string members_of(unsigned classes) {
  std::string members;
  for (int byte = 0; byte < 256; ++byte) {
    if (is_in(static_cast<char>(byte), classes)) members += static_cast<char>(byte);
  }
  return members;
}

TEST(CharClassTest, TokensHoldWhatRfc3261Says) {
  EXPECT_EQ(members_of(kTokenChar),
            "!%'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_`abcdefghijklmnopqrstuvwxyz~");
}

TEST(CharClassTest, AddressesHoldHexDigitsColonsAndDots) {
  EXPECT_EQ(members_of(kAddressChar), ".0123456789:ABCDEFabcdef");
}

TEST(CharClassTest, NoClassOfTextHoldsALineBreak) {
  for (const char c : {'\0', '\r', '\n'}) {
    EXPECT_FALSE(is_in(c, 0xffff)) << static_cast<int>(c);
  }
}

TEST(CharClassTest, WhatDelimitsAUriIsNotInIt) {
  for (const char c : {'<', '>', '"', ' ', '\t', '\x7f'}) {
    EXPECT_FALSE(is_in(c, kUriChar | kUserChar | kUriNameChar | kUriValueChar | kHeaderChar)) << c;
  }
  EXPECT_TRUE(is_in('\xc3', kUriChar));
}

TEST(CharClassTest, SkippingStopsAtTheFirstOther) {
  constexpr std::string_view kText = "abc;d";
  EXPECT_EQ(skip(kText.data(), kText.data() + kText.size(), kTokenChar), kText.data() + 3);
  EXPECT_EQ(skip(kText.data(), kText.data() + 2, kTokenChar), kText.data() + 2);
}

}  // namespace
}  // namespace godwit::sip
