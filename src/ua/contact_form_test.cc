// SPDX-License-Identifier: Apache-2.0
#include "ua/contact_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string shaped(const ContactOptions& options) {
  const auto form = read_contact_form(options);
  if (!form) return form.error().detail;
  auto contact = *sip::parse_name_addr("<sip:alice@10.1.0.2:5070;transport=tcp>");
  shape(contact, *form);
  return sip::to_string(contact);
}

TEST(ContactFormTest, AloneChangesNothing) {
  EXPECT_EQ(shaped({}), "<sip:alice@10.1.0.2:5070;transport=tcp>");
}

TEST(ContactFormTest, ParametersStandWhereTheyBelong) {
  EXPECT_EQ(shaped({.parameters = "+sip.rendering=\"no\";q=0.5", .uri_parameters = "ob;x=1"}),
            "<sip:alice@10.1.0.2:5070;transport=tcp;ob;x=1>;+sip.rendering=\"no\";q=0.5");
}

TEST(ContactFormTest, AForcedOneTakesThePlaceOfTheWholeAddress) {
  EXPECT_EQ(shaped({.forced = "sip:a1@pbx.test:5080"}), "<sip:a1@pbx.test:5080>");
  EXPECT_EQ(shaped({.forced = "sips:pbx.test", .uri_parameters = "ob"}), "<sips:alice@pbx.test;ob>");
}

TEST(ContactFormTest, WhatCannotStandThereIsRefusedByName) {
  for (const char* forced : {"sip:a1@203.0.113.5", "sip:a1@[2001:db8::1]", "tel:+4930", "sip:@"}) {
    EXPECT_THAT(shaped({.forced = forced}), StartsWith("contact.forced: ")) << forced;
  }
  for (const char* bad : {"expires=5", "tag=x", "a=1\r\nX: y", "a=1,<sip:eve@evil.test>", ">;a=1",
                          "a=1>", "a=\"1", ";", "a=1;", "=1"}) {
    EXPECT_THAT(shaped({.parameters = bad}), StartsWith("contact.parameters: ")) << bad;
  }
  for (const char* bad : {"transport=tls", "maddr=192.0.2.1", "lr", "a?x=1", "a>", "a\r\n", ";;"}) {
    EXPECT_THAT(shaped({.uri_parameters = bad}), StartsWith("contact.uri_parameters: ")) << bad;
  }
}

}  // namespace
}  // namespace godwit::ua
