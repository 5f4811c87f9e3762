// SPDX-License-Identifier: Apache-2.0
#include "godwit/user_agent.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace godwit {
namespace {

using namespace std::chrono_literals;

TEST(UserAgentThreadTest, RunsWhatIsPostedOnAThreadOfItsOwn) {
  std::promise<std::thread::id> ran_on;
  UserAgentThread agent({}, [](const Event&, const EventTime&) {});
  agent.post([&](UserAgent&) { ran_on.set_value(std::this_thread::get_id()); });
  EXPECT_NE(ran_on.get_future().get(), std::this_thread::get_id());
}

TEST(UserAgentThreadTest, EventsComeOnThatThread) {
  std::promise<std::thread::id> heard_on;
  std::promise<std::thread::id> ran_on;
  UserAgentThread agent({}, [&](const Event& event, const EventTime&) {
    if (std::holds_alternative<OptionsAnswered>(event)) {
      heard_on.set_value(std::this_thread::get_id());
    }
  });
  agent.post([&](UserAgent& self) {
    ran_on.set_value(std::this_thread::get_id());
    // Nobody answers there: the port is not even a port of a server.
    ASSERT_TRUE(self.query_options("sip:127.0.0.1:1;transport=tcp"));
  });
  EXPECT_EQ(heard_on.get_future().get(), ran_on.get_future().get());
}

TEST(UserAgentThreadTest, EndsAtOnceWhenThereIsNothingToSay) {
  const auto start = std::chrono::steady_clock::now();
  { const UserAgentThread agent({}, [](const Event&, const EventTime&) {}); }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST(UserAgentThreadTest, HintsMayComeFromAnyThread) {
  UserAgentThread agent({}, [](const Event&, const EventTime&) {});
  for (int i = 0; i < 100; ++i) agent.notify_network_changed();
  std::promise<void> done;
  agent.post([&](UserAgent&) { done.set_value(); });
  done.get_future().get();
}

}  // namespace
}  // namespace godwit
