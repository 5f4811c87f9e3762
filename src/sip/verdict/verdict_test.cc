// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/verdict.h"

#include <gmock/gmock.h>

namespace godwit::sip {
namespace {

using Kind = Verdict::Kind;

constexpr const char* kFields =
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:alice@example.net>;tag=a\r\n"
    "To: <sip:bob@example.org>\r\n"
    "Call-ID: judged\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "\r\n";

TEST(Verdict, OnARequestNamesItsMethod) {
  const Verdict verdict = judge(std::string("OPTIONS sip:bob@example.org SIP/2.0\r\n") + kFields);
  EXPECT_TRUE(verdict.valid);
  EXPECT_EQ(verdict.kind, Kind::request);
  EXPECT_EQ(verdict.method, "OPTIONS");
  EXPECT_EQ(verdict.status, std::nullopt);
  EXPECT_FALSE(verdict.error);
  EXPECT_EQ(verdict.answer.status, 200);
}

TEST(Verdict, OnAResponseNamesItsStatus) {
  const Verdict verdict = judge(std::string("SIP/2.0 486 Busy Here\r\n") + kFields);
  EXPECT_TRUE(verdict.valid);
  EXPECT_EQ(verdict.kind, Kind::response);
  EXPECT_EQ(verdict.status, 486);
  EXPECT_EQ(verdict.method, "");
  EXPECT_EQ(verdict.answer.status, std::nullopt);
}

TEST(Verdict, AResponseOfAnyVersionOrStatusIsNoRequest) {
  for (const char* line : {"SIP/2.0 99999 Over", "SIP/7.0 200 OK", "SIP/2.0 abc OK", "sip/2.0 "}) {
    const Verdict verdict = judge(std::string(line) + "\r\n" + kFields);
    EXPECT_FALSE(verdict.valid) << line;
    EXPECT_EQ(verdict.kind, Kind::response) << line;
    EXPECT_EQ(verdict.status, std::nullopt) << line;
    EXPECT_EQ(verdict.answer.status, std::nullopt) << line;
  }
}

TEST(Verdict, NothingAtAllIsInvalidToo) {
  for (const char* text : {"", "\r\n\r\n", "\n", " ", "@", "{\"valid\":true}\n"}) {
    const Verdict verdict = judge(text);
    EXPECT_FALSE(verdict.valid) << text;
    ASSERT_TRUE(verdict.error) << text;
    EXPECT_EQ(verdict.kind, Kind::neither) << text;
    EXPECT_EQ(verdict.answer.status, std::nullopt) << text;
    EXPECT_LE(verdict.warnings.size(), 1U) << "nothing is missed in what is no message: " << text;
  }
}

TEST(Verdict, WhatIsOnlyRefusedForItsMeaningIsValid) {
  const Verdict verdict =
      judge(std::string("OPTIONS mailto:bob@example.org SIP/2.0\r\n") + kFields);
  EXPECT_TRUE(verdict.valid);
  EXPECT_EQ(verdict.answer.status, 416);
}

TEST(Verdict, SaysWhereTheErrorIs) {
  const std::string text =
      std::string("OPTIONS sip:bob@example.org SIP/2.0\r\nExpires: -1\r\n") + kFields;
  const Verdict verdict = judge(text);
  EXPECT_FALSE(verdict.valid);
  ASSERT_TRUE(verdict.error);
  EXPECT_EQ(verdict.error->field, "Expires");
  EXPECT_EQ(verdict.error->fault.at, text.find("-1"));
  EXPECT_EQ(verdict.answer.status, 400);
}

}  // namespace
}  // namespace godwit::sip
