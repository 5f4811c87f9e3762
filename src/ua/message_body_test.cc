// SPDX-License-Identifier: Apache-2.0
#include "ua/message_body.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

sip::Message text(std::string_view from) {
  auto message = sip::Message::request("MESSAGE", "sip:alice@192.0.2.1");
  message.add(sip::Field::from, from);
  message.set_body("text/plain;charset=utf-8", "Grüße");
  return message;
}

TEST(MessageBody, ComesAsItWasSent) {
  const auto told = message_received(AccountId{1}, CallId{2}, text("\"Bob\" <sip:bob@example.org>;tag=b"));
  EXPECT_EQ(told.account, AccountId{1});
  EXPECT_EQ(told.call, CallId{2});
  EXPECT_EQ(told.from, "\"Bob\" <sip:bob@example.org>");
  EXPECT_EQ(told.body.content_type, "text/plain;charset=utf-8");
  EXPECT_EQ(told.body.text, "Grüße");
}

TEST(MessageBody, SendersAreFitToBeShown) {
  EXPECT_EQ(sender_of(text("sip:bob@example.org;tag=b")), "<sip:bob@example.org>");
  EXPECT_EQ(sender_of(text("\"B\x1b[2J\" <sip:bob@example.org>")).find('\x1b'), std::string::npos);
  EXPECT_EQ(sender_of(text("nonsense <")), "");
}

TEST(MessageBody, WithoutATypeItIsPlainText) {
  EXPECT_EQ(body_of(sip::Message::request("MESSAGE", "sip:alice@192.0.2.1")).content_type,
            "text/plain");
}

}  // namespace
}  // namespace godwit::ua
