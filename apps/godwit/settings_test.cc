// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;

TEST(Settings, AddressesMayBeWrittenWithoutAScheme) {
  EXPECT_EQ(as_sip_uri("alice@example.org"), "sip:alice@example.org");
  EXPECT_EQ(as_sip_uri("sips:alice@example.org"), "sips:alice@example.org");
  EXPECT_EQ(as_sip_uri("\"A\" <sip:a@b>"), "\"A\" <sip:a@b>");
  EXPECT_EQ(as_sip_uri(""), "");
}

TEST(Settings, WithoutAnAccountTheTargetItselfIsTheNextHop) {
  EXPECT_EQ(make_anonymous_account("bob@192.0.2.1:5070").outbound_proxy, "sip:192.0.2.1:5070;lr");
  EXPECT_EQ(make_anonymous_account("sip:[2001:db8::1];transport=udp").outbound_proxy,
            "sip:[2001:db8::1];lr");
}

TEST(Settings, NoTimeoutMeansTheVerbsOwn) {
  using namespace std::chrono_literals;
  CommonSettings settings;
  EXPECT_EQ(time_limit(settings), std::nullopt);
  EXPECT_EQ(time_limit(settings, 32s), Duration(32s));
  settings.timeout = 0.5;
  EXPECT_EQ(time_limit(settings, 32s), Duration(500ms));
}

TEST(Settings, WrongWordsAreNamed) {
  const Output output{OutputSettings{}};
  CommonSettings common;
  common.log = "loud";
  EXPECT_THAT(make_user_agent_options(common, {}, output).error().detail, HasSubstr("loud"));
  AgentSettings agent;
  agent.hosts = "/nowhere/at/all";
  EXPECT_THAT(make_user_agent_options({}, agent, output).error().detail, HasSubstr("--hosts"));
}

}  // namespace
}  // namespace godwit::cli
