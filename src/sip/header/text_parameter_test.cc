// SPDX-License-Identifier: Apache-2.0
#include "sip/header/text_parameter.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(TextParameterTest, TokenAndQuotedStringSayTheSame) {
  std::string place;
  EXPECT_TRUE(put_text(place, "away"));
  EXPECT_EQ(place, "away");
  std::string quoted;
  EXPECT_TRUE(put_text(quoted, R"("on \"leave\"")"));
  EXPECT_EQ(quoted, R"(on "leave")");
}

TEST(TextParameterTest, TheFirstOfAKindIsTaken) {
  std::string place = "first";
  EXPECT_FALSE(put_text(place, "second"));
  EXPECT_EQ(place, "first");
}

TEST(TextParameterTest, WhatSaysNothingIsNotTaken) {
  std::string place;
  EXPECT_FALSE(put_text(place, std::nullopt));
  EXPECT_FALSE(put_text(place, R"("")"));
  EXPECT_EQ(place, "");
}

TEST(TextParameterTest, IsQuotedWhereItIsNoToken) {
  std::string text;
  append_text_parameter(text, "a", "away");
  append_text_parameter(text, "b", "on leave");
  append_text_parameter(text, "c", "\"");
  append_text_parameter(text, "d", "");
  EXPECT_EQ(text, R"(;a=away;b="on leave";c="\"")");
}

}  // namespace
}  // namespace godwit::sip
