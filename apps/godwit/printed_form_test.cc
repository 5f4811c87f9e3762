// SPDX-License-Identifier: Apache-2.0
#include "printed_form.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

struct Printed {
  std::string out;
  std::string err;
};
Printed printed(PrintedForm::Wanted wanted, const std::optional<std::string>& text) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Json json;
  json["valid"] = text.has_value();
  PrintedForm(wanted).put("the line", json, text);
  return {::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

TEST(PrintedForm, AVerdictIsALineOnStandardOutput) {
  EXPECT_EQ(printed({}, "text").out, "the line\n");
  EXPECT_EQ(printed({.json = true}, "text").out, "{\"valid\":true}\n");
  EXPECT_EQ(printed({.json = true}, "text").err, "");
}

TEST(PrintedForm, WhatWasJudgedHasStandardOutputToItself) {
  const Printed both = printed({.text = true}, "A\r\n\x1b\r\n");
  EXPECT_EQ(both.out, "A\r\n\x1b\r\n") << "byte for byte into a file";
  EXPECT_EQ(both.err, "the line\n");
  EXPECT_EQ(printed({.text = true}, std::nullopt).out, "");
}

TEST(PrintedForm, WithJsonItStandsInTheObject) {
  EXPECT_EQ(printed({.json = true, .text = true}, "A\r\n\x1b").out,
            "{\"valid\":true,\"text\":\"A\\r\\n\\u001b\"}\n");
  EXPECT_EQ(printed({.json = true, .text = true}, std::nullopt).out,
            "{\"valid\":false,\"text\":null}\n");
}

}  // namespace
}  // namespace godwit::cli
