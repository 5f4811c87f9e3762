// SPDX-License-Identifier: Apache-2.0
#include "godwit/asio.h"

#include <gtest/gtest.h>

namespace godwit {
namespace {

using namespace std::chrono_literals;

TEST(AsioLoopTest, EventsComeFromTheLoopThatWasGiven) {
  asio::io_context context;
  bool told = false;
  const auto agent = make_user_agent(context);
  agent->on_event([&](const Event& event, const EventTime&) {
    told = told || std::holds_alternative<OptionsAnswered>(event);
    if (told) context.stop();
  });
  ASSERT_TRUE(agent->query_options("sip:127.0.0.1:1;transport=tcp"));
  context.run_for(10s);
  EXPECT_TRUE(told);
}

TEST(AsioLoopTest, OwnRunAndPollLeaveTheLoopAlone) {
  asio::io_context context;
  bool served = false;
  const auto agent = make_user_agent(context);
  agent->post([&] { served = true; });
  agent->run();
  EXPECT_TRUE(agent->poll(1s));
  EXPECT_FALSE(served);
}

TEST(AsioLoopTest, TheLoopEndsWhenTheAgentThatShutDownIsDestroyed) {
  asio::io_context context;
  int told = 0;
  std::unique_ptr<UserAgent> agent = make_user_agent(context, {}, [&] {
    ++told;
    agent.reset();
  });
  agent->shut_down();
  context.run_for(10s);
  EXPECT_TRUE(context.stopped()) << "nothing is left to serve";
  EXPECT_EQ(told, 1);
}

TEST(AsioLoopTest, AHandlerMayDestroyTheAgent) {
  asio::io_context context;
  auto agent = make_user_agent(context);
  agent->on_event([&](const Event&, const EventTime&) { agent.reset(); });
  ASSERT_TRUE(agent->query_options("sip:127.0.0.1:1;transport=tcp"));
  context.run_for(10s);
  EXPECT_TRUE(context.stopped());
  EXPECT_EQ(agent, nullptr);
}

TEST(AsioLoopTest, TwoAgentsShareOneLoop) {
  asio::io_context context;
  const auto alice = make_user_agent(context);
  const auto bob = make_user_agent(context);
  int answers = 0;
  for (UserAgent* agent : {alice.get(), bob.get()}) {
    agent->on_event([&](const Event& event, const EventTime&) {
      if (std::holds_alternative<OptionsAnswered>(event) && ++answers == 2) context.stop();
    });
    ASSERT_TRUE(agent->query_options("sip:127.0.0.1:1;transport=tcp"));
  }
  context.run_for(10s);
  EXPECT_EQ(answers, 2);
}

}  // namespace
}  // namespace godwit
