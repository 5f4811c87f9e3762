// SPDX-License-Identifier: Apache-2.0
#include "ua/abilities.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using sip::Method;

TEST(Abilities, NameTheMethodsThatTheEngineActsOn) {
  EXPECT_EQ(sip::allow_value(abilities()), "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE");
  for (const auto method : {Method::info, Method::message, Method::refer, Method::notify,
                            Method::subscribe, Method::prack, Method::register_}) {
    EXPECT_EQ(sip::find_method(abilities(), method), nullptr) << sip::method_name(method);
  }
}

TEST(Abilities, TakeSessionDescriptionsAloneAndInBodiesOfSeveralParts) {
  EXPECT_TRUE(sip::takes_body(abilities(), Method::invite, "application/sdp"));
  EXPECT_TRUE(sip::takes_body(abilities(), Method::update, "multipart/mixed"));
  EXPECT_FALSE(sip::takes_body(abilities(), Method::invite, "text/plain"));
  EXPECT_FALSE(sip::takes_body(abilities(), Method::bye, "application/sdp"));
}

TEST(Abilities, NameTheExtensionsThatTheEngineKnows) {
  EXPECT_EQ(sip::supported_value(abilities()), "timer");
  EXPECT_EQ(sip::accept_encoding_value(abilities()), "identity");
}

}  // namespace
}  // namespace godwit::ua
