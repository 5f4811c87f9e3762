// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Settings, AddressesMayBeWrittenWithoutAScheme) {
  EXPECT_EQ(as_sip_uri("alice@example.org"), "sip:alice@example.org");
  EXPECT_EQ(as_sip_uri("sips:alice@example.org"), "sips:alice@example.org");
  EXPECT_EQ(as_sip_uri("\"A\" <sip:a@b>"), "\"A\" <sip:a@b>");
  EXPECT_EQ(as_sip_uri(""), "");
}

TEST(Settings, WithoutAnAccountTheTargetItselfIsTheNextHop) {
  const auto hop = [](const std::string& target, const std::string& transport = "") {
    const auto account = make_anonymous_account(target, transport);
    return account ? account->outbound_proxies.at(0) : account.error().detail;
  };
  EXPECT_EQ(hop("bob@192.0.2.1:5070"), "sip:192.0.2.1:5070;lr");
  EXPECT_EQ(hop("sip:[2001:db8::1];user=phone"), "sip:[2001:db8::1];lr");
  EXPECT_EQ(hop("sip:bob@[2001:db8::1];transport=tcp"), "sip:[2001:db8::1];transport=tcp;lr");
  EXPECT_EQ(hop("bob@example.org", "tls"), "sip:example.org;transport=tls;lr");
  EXPECT_EQ(hop("sips:bob@example.org"), "sips:example.org;lr");
  EXPECT_THAT(hop("sip:bob@example.org;transport=udp", "tcp"), HasSubstr("asks for udp"));
}

TEST(Settings, TheTransportLeadsToTheServersOfTheAccount) {
  Output output{OutputSettings{}};
  AccountSettings account;
  account.aor = "alice@example.org";
  EXPECT_EQ(make_account_options(account, "", output)->registrar, "");
  EXPECT_EQ(make_account_options(account, "tcp", output)->registrar,
            "sip:example.org;transport=tcp");
  account.registrar = "sip:192.0.2.1:5070";
  account.outbound_proxies = {"[2001:db8::1]", "", "core.example.org"};
  const auto options = make_account_options(account, "tls", output);
  EXPECT_EQ(options->registrar, "sip:192.0.2.1:5070;transport=tls");
  EXPECT_THAT(options->outbound_proxies,
              ElementsAre("sip:[2001:db8::1];transport=tls", "sip:core.example.org"));
  account.registrar = "sip:192.0.2.1;transport=udp";
  EXPECT_THAT(make_account_options(account, "tls", output).error().detail, HasSubstr("udp"));
}

TEST(Settings, BackupRegistrarsArePassedOnAndReachedByTheTransport) {
  Output output{OutputSettings{}};
  AccountSettings account;
  account.aor = "alice@example.org";
  EXPECT_THAT(make_account_options(account, "", output)->backup_registrars, IsEmpty());
  account.backup_registrars = {"backup.example.org", "", "sip:192.0.2.7"};
  EXPECT_THAT(make_account_options(account, "tcp", output)->backup_registrars,
              ElementsAre("sip:backup.example.org;transport=tcp", "sip:192.0.2.7;transport=tcp"));
}

TEST(Settings, WhoMayWatchIsPassedOn) {
  Output output{OutputSettings{}};
  AccountSettings account;
  account.aor = "alice@example.org";
  EXPECT_THAT(make_account_options(account, "", output)->dialog_watchers, IsEmpty());
  account.dialog_watchers = {"bob", "*"};
  EXPECT_THAT(make_account_options(account, "", output)->dialog_watchers, ElementsAre("bob", "*"));
}

TEST(Settings, HowManyRegisterAndWhenAgainIsPassedOn) {
  Output output{OutputSettings{}};
  AgentSettings agent;
  const auto usual = make_user_agent_options({}, agent, output);
  EXPECT_EQ(usual->registration_rate, UserAgentOptions{}.registration_rate);
  EXPECT_EQ(usual->registration_retry.quick_tries, RetryPolicy{}.quick_tries);
  EXPECT_EQ(usual->registration_retry.base, RetryPolicy{}.base);
  EXPECT_EQ(usual->registration_retry.longest, RetryPolicy{}.longest);
  agent.registration_rate = 0;
  agent.retry_quick_tries = 1;
  agent.retry_base = 90;
  agent.retry_longest = 60;
  const auto other = make_user_agent_options({}, agent, output);
  EXPECT_EQ(other->registration_rate, 0U);
  EXPECT_EQ(other->registration_retry.quick_tries, 1);
  EXPECT_EQ(other->registration_retry.base, std::chrono::seconds{90});
  EXPECT_EQ(other->registration_retry.longest, std::chrono::seconds{90}) << "never below the base";
}

TEST(Settings, WhenContactIsRewrittenIsPassedOn) {
  using Rewrite = ContactOptions::Rewrite;
  Output output{OutputSettings{}};
  AccountSettings account;
  account.aor = "alice@example.org";
  EXPECT_EQ(make_account_options(account, "", output)->contact.rewrite, Rewrite::never);
  account.contact_rewrite = "as-needed";
  EXPECT_EQ(make_account_options(account, "", output)->contact.rewrite, Rewrite::as_needed);
  account.contact_rewrite = "always";
  EXPECT_EQ(make_account_options(account, "", output)->contact.rewrite, Rewrite::always);
}

TEST(Settings, WhetherOutboundIsWantedIsPassedOn) {
  Output output{OutputSettings{}};
  AccountSettings account;
  account.aor = "alice@example.org";
  EXPECT_EQ(make_account_options(account, "", output)->outbound, Outbound::automatic);
  account.outbound = "always";
  EXPECT_EQ(make_account_options(account, "", output)->outbound, Outbound::always);
  account.outbound = "never";
  EXPECT_EQ(make_account_options(account, "", output)->outbound, Outbound::never);
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
  Output output{OutputSettings{}};
  CommonSettings common;
  common.log = "loud";
  EXPECT_THAT(make_user_agent_options(common, {}, output).error().detail, HasSubstr("loud"));
  AgentSettings agent;
  agent.hosts = "/nowhere/at/all";
  EXPECT_THAT(make_user_agent_options({}, agent, output).error().detail, HasSubstr("--hosts"));
}

}  // namespace
}  // namespace godwit::cli
