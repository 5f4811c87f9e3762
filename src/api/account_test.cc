// SPDX-License-Identifier: Apache-2.0
#include "godwit/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "support/loopback_world.h"

namespace godwit {
namespace {

using namespace std::chrono_literals;

TEST(AccountTest, AHandleOutlivesItsAgentAndAnswersErrors) {
  std::optional<UserAgent> agent(std::in_place);
  Account account = *agent->add_account({.address_of_record = "sip:alice@example.org"});
  agent.reset();
  EXPECT_EQ(account.options().error().code, Errc::no_such_account);
  EXPECT_EQ(account.info().error().code, Errc::no_such_account);
  EXPECT_EQ(account.start_registration().error().code, Errc::no_such_account);
  EXPECT_EQ(account.stop_registration().error().code, Errc::no_such_account);
  EXPECT_EQ(account.dial("bob").error().code, Errc::no_such_account);
}

TEST(AccountTest, AHandleOfNothingAnswersErrors) {
  Account account;
  EXPECT_EQ(account.start_registration().error().code, Errc::no_such_account);
}

TEST(AccountTest, KnowsTheOptionsItWasMadeWith) {
  UserAgent agent;
  const auto account =
      agent.add_account({.address_of_record = "sip:alice@example.org", .display_name = "Alice"});
  ASSERT_TRUE(account);
  EXPECT_EQ(account->options()->display_name, "Alice");
}

TEST(AccountTest, F53_WhatIsChangedIsReadBack) {
  UserAgent agent;
  const auto account = agent.add_account({.address_of_record = "sip:alice@example.org"});
  ASSERT_TRUE(account);
  EXPECT_EQ(account->info()->registration.state, RegistrationState::unregistered);
  auto options = *account->options();
  options.display_name = "Alice";
  ASSERT_TRUE(agent.modify_account(account->id(), options));
  EXPECT_EQ(account->options()->display_name, "Alice");
  options.address_of_record = "nobody";
  EXPECT_EQ(agent.modify_account(account->id(), options).error().code, Errc::invalid_argument);
  EXPECT_EQ(account->options()->address_of_record, "sip:alice@example.org");
  EXPECT_EQ(agent.modify_account(AccountId{9}, options).error().code, Errc::no_such_account);
}

TEST(AccountTest, RefusesLifetimesOutOfRange) {
  UserAgent agent;
  Account account = *agent.add_account({.address_of_record = "sip:alice@example.org"});
  for (const auto expires : {59s, std::chrono::seconds(25h), 0s, -1s}) {
    EXPECT_EQ(account.start_registration(expires).error().code, Errc::invalid_argument);
  }
}

TEST(AccountTest, RefusesTargetsThatCannotBeRead) {
  UserAgent agent;
  Account account = *agent.add_account({.address_of_record = "sip:alice@example.org"});
  EXPECT_EQ(account.dial("").error().code, Errc::invalid_argument);
  EXPECT_EQ(account.dial("sip:@").error().code, Errc::invalid_argument);
}

class AccountLoopbackTest : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Families, AccountLoopbackTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(AccountLoopbackTest, RegistersAndUnregisters) {
  LoopbackWorld world(GetParam());
  LoopbackAgent alice(world.agent_options());
  Account account = *alice.agent.add_account(world.account("alice", "tea"));
  ASSERT_TRUE(account.start_registration(120s));
  ASSERT_TRUE(world.serve_until({&alice}, [&] { return alice.is(RegistrationState::registered); }));
  EXPECT_EQ(alice.last<RegistrationChanged>()->expires, 120s);
  ASSERT_TRUE(account.stop_registration());
  EXPECT_TRUE(
      world.serve_until({&alice}, [&] { return alice.is(RegistrationState::unregistered); }));
}

TEST_P(AccountLoopbackTest, AWrongPasswordIsTheServersWord) {
  LoopbackWorld world(GetParam());
  LoopbackAgent alice(world.agent_options());
  Account account = *alice.agent.add_account(world.account("alice", "coffee"));
  ASSERT_TRUE(account.start_registration());
  ASSERT_TRUE(world.serve_until({&alice}, [&] { return alice.is(RegistrationState::failed); }));
  EXPECT_EQ(alice.last<RegistrationChanged>()->status, 401);
  EXPECT_EQ(alice.last<RegistrationChanged>()->who, Who::server);
}

}  // namespace
}  // namespace godwit
