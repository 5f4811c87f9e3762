// SPDX-License-Identifier: Apache-2.0
#include "ua/own_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using sip::Field;
using sip::Method;
using ::testing::ElementsAre;

TEST(OwnFields, AnOptionIsFoundInAnyOfSeveralLists) {
  auto invite = sip::Message::request("INVITE", "sip:bob@example.org");
  invite.add(Field::supported, "timer, 100REL");
  invite.add(Field::supported, "replaces");
  EXPECT_TRUE(lists_option(invite, Field::supported, "100rel"));
  EXPECT_TRUE(lists_option(invite, Field::supported, "replaces"));
  EXPECT_FALSE(lists_option(invite, Field::require, "100rel"));
  EXPECT_FALSE(lists_option(invite, Field::supported, "rel"));
}

TEST(OwnFields, MethodsAreComparedByteByByte) {
  auto invite = sip::Message::request("INVITE", "sip:bob@example.org");
  EXPECT_FALSE(allows_method(invite, Method::update));
  invite.add(Field::allow, "INVITE, update");
  EXPECT_FALSE(allows_method(invite, Method::update));
  invite.add(Field::allow, "UPDATE");
  EXPECT_TRUE(allows_method(invite, Method::update));
}

TEST(OwnFields, AResponseThatOpensADialogRepeatsTheRoute) {
  auto invite = sip::Message::request("INVITE", "sip:bob@example.org");
  invite.add(Field::record_route, "<sip:a.example.org;lr>");
  invite.add(Field::record_route, "<sip:b.example.org;lr>");
  invite.add(Field::to, "<sip:bob@example.org>");
  const auto ringing = make_dialog_response(invite, 180, "tag");
  EXPECT_THAT(ringing.values(Field::record_route),
              ElementsAre("<sip:a.example.org;lr>", "<sip:b.example.org;lr>"));
  EXPECT_EQ(ringing.to_tag(), "tag");
}

TEST(OwnFields, AMessageSaysWhereWeAreAndWhatWeTake) {
  Identity identity;
  identity.address_of_record = *sip::parse_name_addr("<sip:alice@example.org>");
  net::Flow flow;
  flow.local = *net::SocketAddress::parse("10.1.0.2:5060");
  auto response = sip::Message::response(200);
  UserAgentOptions options;
  options.user_agent = "phone/1";
  add_own_fields(response, flow, identity, options);
  EXPECT_EQ(response.field(Field::server), "phone/1");
  EXPECT_FALSE(response.field(Field::user_agent));
  EXPECT_TRUE(allows_method(response, Method::invite));
  EXPECT_THAT(std::string(*response.field(Field::contact)), ::testing::HasSubstr("10.1.0.2"));
}

// RFC 4028 §7.1
TEST(OwnFields, AMoveSaysWhereWeAreAndThatTheSessionHasATimer) {
  Identity identity;
  identity.address_of_record = *sip::parse_name_addr("<sip:alice@example.org>");
  net::Flow flow;
  flow.local = *net::SocketAddress::parse("10.2.0.2:5070");
  auto update = sip::Message::request("UPDATE", "sip:bob@10.8.0.1");
  add_fields_of_a_move(update, flow, identity);
  EXPECT_EQ(update.write(),
            "UPDATE sip:bob@10.8.0.1 SIP/2.0\r\nContact: <sip:alice@10.2.0.2:5070>\r\n"
            "Supported: timer\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace godwit::ua
