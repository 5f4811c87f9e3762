// SPDX-License-Identifier: Apache-2.0
#include "ua/abilities.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using sip::Method;

TEST(Abilities, NameTheMethodsThatTheEngineActsOn) {
  EXPECT_EQ(sip::allow_value(abilities()), "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, MESSAGE, INFO, REFER, NOTIFY, SUBSCRIBE, PRACK");
  for (const auto method : {Method::register_, Method::publish}) {
    EXPECT_EQ(sip::find_method(abilities(), method), nullptr) << sip::method_name(method);
  }
}

TEST(Abilities, TakeSessionDescriptionsAloneAndInBodiesOfSeveralParts) {
  EXPECT_TRUE(sip::takes_body(abilities(), Method::invite, "application/sdp"));
  EXPECT_TRUE(sip::takes_body(abilities(), Method::update, "multipart/mixed"));
  EXPECT_FALSE(sip::takes_body(abilities(), Method::invite, "text/plain"));
  EXPECT_FALSE(sip::takes_body(abilities(), Method::bye, "application/sdp"));
}

TEST(Abilities, TakeAnyMessage) {
  for (const auto method : {Method::message, Method::info, Method::notify, Method::refer}) {
    EXPECT_TRUE(sip::takes_body(abilities(), method, "application/x-anything"));
  }
  EXPECT_EQ(sip::accept_value(abilities(), Method::message), "*/*");
}

TEST(Abilities, NameTheExtensionsThatTheEngineActsOn) {
  EXPECT_EQ(sip::supported_value(abilities()), "timer, replaces, join, norefersub, 100rel");
  EXPECT_EQ(sip::allow_events_value(abilities()), "refer");
  EXPECT_EQ(sip::accept_encoding_value(abilities()), "identity");
}

}  // namespace
}  // namespace godwit::ua
