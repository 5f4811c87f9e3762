// SPDX-License-Identifier: Apache-2.0
#include "ua/custom_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using ::testing::HasSubstr;

std::string why_not(const HeaderField& field) {
  const auto checked = check_custom_fields({field});
  if (checked) return "";
  EXPECT_EQ(checked.error().code, Errc::invalid_argument);
  return checked.error().detail;
}

TEST(CustomFields, WhatInformsIsCarriedAsItStands) {
  const std::vector<HeaderField> fields = {{"X-Ticket", "4711; \"grün\""},
                                           {"Subject", "Lunch"},
                                           {"s", "in its compact form"},
                                           {"Priority", "urgent"},
                                           {"History-Info", "<sip:a@example.org>;index=1"},
                                           {"Diversion", "<sip:b@example.org>;reason=no-answer"},
                                           {"X-Empty", ""}};
  const auto checked = check_custom_fields(fields);
  ASSERT_TRUE(checked) << checked.error().detail;
  auto request = sip::Message::request("INVITE", "sip:bob@example.org");
  add_custom_fields(request, fields);
  EXPECT_THAT(request.write(), HasSubstr("X-Ticket: 4711; \"grün\"\r\n"));
  EXPECT_THAT(request.write(), HasSubstr("Subject: Lunch\r\n"));
  EXPECT_EQ(request.count(sip::Field::history_info), 1U);
}

TEST(CustomFields, WhatGodwitSetsIsRefusedByName) {
  for (const char* const name :
       {"Via", "v", "From", "f", "To", "t", "Call-ID", "i", "CSeq", "Contact", "m", "Max-Forwards",
        "Route", "Record-Route", "Authorization", "Proxy-Authorization", "Content-Length", "l",
        "Content-Type", "c", "Require", "Supported", "k", "Allow", "User-Agent", "Session-Expires",
        "x", "Min-SE", "RSeq", "RAck", "Replaces", "Join", "Refer-To", "r", "Referred-By", "Privacy",
        "P-Preferred-Identity", "Path", "Service-Route", "Event", "o", "proxy-authentication-INFO",
        "Identity", "y", "WWW-Authenticate", "Expires", "Proxy-Require", "Unsupported"}) {
    EXPECT_THAT(why_not({name, "x"}), HasSubstr("sets this field itself")) << name;
  }
}

TEST(CustomFields, AValueCannotBeginAnotherLine) {
  for (const std::string& value :
       {std::string("a\r\nVia: x"), std::string("a\nb"), std::string("a\rb"), std::string("a\0b", 3),
        std::string("\x7f"), std::string("\xc2\x85"), std::string("\x1b[2J")}) {
    EXPECT_THAT(why_not({"X-Ticket", value}), HasSubstr("one line of UTF-8"));
  }
  EXPECT_THAT(why_not({"X-Ticket", "\xff\xfe"}), HasSubstr("UTF-8"));
  EXPECT_EQ(why_not({"X-Ticket", "a\tb"}), "");
}

TEST(CustomFields, ANameIsAToken) {
  for (const char* const name : {"", "X Ticket", "X-Ticket:", "X-\r\nVia", "X-ü", "(x)"}) {
    EXPECT_EQ(why_not({name, "1"}), "headers: a name is a token, such as X-Ticket") << name;
  }
}

TEST(CustomFields, AFieldThatIsKnownHasToRead) {
  EXPECT_THAT(why_not({"Reply-To", "<sip:a@"}), HasSubstr("Reply-To: "));
  EXPECT_EQ(why_not({"Reply-To", "<sip:a@example.org>"}), "");
}

TEST(CustomFields, OnlySoMuchIsTaken) {
  EXPECT_EQ(why_not({std::string(kCustomNameBytes, 'x'), "1"}), "");
  EXPECT_THAT(why_not({std::string(kCustomNameBytes + 1, 'x'), "1"}), HasSubstr("64 bytes"));
  EXPECT_EQ(why_not({"X-A", std::string(kCustomValueBytes, 'x')}), "");
  EXPECT_THAT(why_not({"X-A", std::string(kCustomValueBytes + 1, 'x')}), HasSubstr("2048 bytes"));
  EXPECT_TRUE(check_custom_fields(std::vector<HeaderField>(kMostCustomFields, {"X-A", "1"})));
  EXPECT_FALSE(check_custom_fields(std::vector<HeaderField>(kMostCustomFields + 1, {"X-A", "1"})));
}

}  // namespace
}  // namespace godwit::ua
