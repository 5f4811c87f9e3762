// SPDX-License-Identifier: Apache-2.0
#include "godwit/user_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/loopback_world.h"

namespace godwit {
namespace {

using namespace std::chrono_literals;

TEST(UserAgentTest, RefusesAnAccountThatCannotBeReadAndNamesTheOption) {
  UserAgent agent;
  const auto account = agent.add_account({.address_of_record = "not a uri"});
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::invalid_argument);
  EXPECT_THAT(account.error().detail, ::testing::HasSubstr("address_of_record"));
}

TEST(UserAgentTest, PostedFunctionsRunOnTheLoop) {
  UserAgent agent;
  std::thread::id ran_on;
  std::thread other([&] {
    agent.post([&] {
      ran_on = std::this_thread::get_id();
      agent.stop();
    });
  });
  agent.run();
  other.join();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(UserAgentTest, ShuttingDownWithNothingToDoEndsRunAtOnce) {
  UserAgent agent;
  const auto start = std::chrono::steady_clock::now();
  agent.shut_down(10s);
  agent.run();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(UserAgentTest, HintsAreHarmless) {
  UserAgent agent;
  int events = 0;
  agent.on_event([&](const Event&, const EventTime&) { ++events; });
  for (int i = 0; i < 100; ++i) agent.notify_network_changed();
  agent.poll(10ms);
  EXPECT_EQ(events, 0);
}

TEST(UserAgentTest, ARemovedAccountIsNoAccount) {
  UserAgent agent;
  const auto account = agent.add_account({.address_of_record = "sip:alice@example.org"});
  ASSERT_TRUE(account);
  EXPECT_TRUE(agent.remove_account(account->id()));
  EXPECT_EQ(agent.remove_account(account->id()).error().code, Errc::no_such_account);
  EXPECT_EQ(agent.account(account->id()).options().error().code, Errc::no_such_account);
}

class UserAgentLoopbackTest : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Families, UserAgentLoopbackTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(UserAgentLoopbackTest, AsksAServerForItsAbilities) {
  LoopbackWorld world(GetParam());
  LoopbackAgent alice(world.agent_options());
  const auto query = alice.agent.query_options(world.server_uri());
  ASSERT_TRUE(query);
  ASSERT_TRUE(
      world.serve_until({&alice}, [&] { return alice.last<OptionsAnswered>() != nullptr; }));
  EXPECT_EQ(alice.last<OptionsAnswered>()->query, *query);
  EXPECT_EQ(alice.last<OptionsAnswered>()->status, 200);
}

TEST_P(UserAgentLoopbackTest, AHandlerMayDestroyTheAgent) {
  LoopbackWorld world(GetParam());
  auto agent = std::make_unique<UserAgent>(world.agent_options());
  agent->on_event([&](const Event&, const EventTime&) { agent.reset(); });
  ASSERT_TRUE(agent->query_options(world.server_uri()));
  LoopbackAgent bystander(world.agent_options());
  EXPECT_TRUE(world.serve_until({&bystander}, [&] {
    if (agent) agent->poll();
    return agent == nullptr;
  }));
}

TEST_P(UserAgentLoopbackTest, ShutsDownPolitely) {
  LoopbackWorld world(GetParam());
  LoopbackAgent alice(world.agent_options());
  auto account = alice.agent.add_account(world.account("alice", "tea"));
  ASSERT_TRUE(account->start_registration());
  ASSERT_TRUE(world.serve_until({&alice}, [&] { return alice.is(RegistrationState::registered); }));
  alice.agent.shut_down(5s);
  EXPECT_TRUE(
      world.serve_until({&alice}, [&] { return alice.is(RegistrationState::unregistered); }));
  EXPECT_TRUE(world.serve_until({}, [&] { return !alice.agent.poll(); }));
}

}  // namespace
}  // namespace godwit
