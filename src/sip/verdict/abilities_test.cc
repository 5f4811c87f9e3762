// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/abilities.h"

#include <gmock/gmock.h>

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Abilities& ours() {
  return user_agent_abilities();
}

TEST(Abilities, AUserAgentIsNoServer) {
  EXPECT_EQ(find_method(ours(), Method::register_), nullptr);
  EXPECT_EQ(find_method(ours(), Method::publish), nullptr);
  EXPECT_EQ(find_method(ours(), Method::other), nullptr);
}

TEST(Abilities, WhatIsAboutACallIsTakenInADialogOnly) {
  using Where = Abilities::Taken::Where;
  for (const Method method :
       {Method::bye, Method::update, Method::prack, Method::info, Method::notify, Method::cancel}) {
    EXPECT_EQ(find_method(ours(), method)->where, Where::in_a_dialog) << method_name(method);
  }
  for (const Method method : {Method::invite, Method::options, Method::message, Method::refer,
                              Method::subscribe, Method::ack}) {
    EXPECT_EQ(find_method(ours(), method)->where, Where::anywhere) << method_name(method);
  }
}

TEST(Abilities, EachMethodHasItsBodies) {
  EXPECT_TRUE(takes_body(ours(), Method::invite, "application/sdp"));
  EXPECT_TRUE(takes_body(ours(), Method::invite, "Application/SDP"));
  EXPECT_FALSE(takes_body(ours(), Method::invite, "text/plain"));
  EXPECT_TRUE(takes_body(ours(), Method::message, "text/plain"));
  EXPECT_FALSE(takes_body(ours(), Method::message, "application/sdp"));
}

TEST(Abilities, AreToldToPeersAsFieldValues) {
  EXPECT_EQ(allow_value(ours()),
            "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, MESSAGE, REFER, NOTIFY, "
            "SUBSCRIBE");
  EXPECT_THAT(supported_value(ours()), HasSubstr("100rel, timer, replaces"));
  EXPECT_EQ(accept_value(ours(), Method::options), "application/sdp");
  EXPECT_EQ(accept_value(ours(), Method::bye), "");
  EXPECT_EQ(accept_encoding_value(ours()), "identity");
  EXPECT_THAT(allow_events_value(ours()), HasSubstr("message-summary"));
  EXPECT_THAT(allow_value(ours()), Not(HasSubstr("REGISTER")));
}

}  // namespace
}  // namespace godwit::sip
