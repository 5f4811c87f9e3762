// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/loopback_world.h"
#include "support/private_network.h"

namespace godwit {
namespace {

constexpr auto kServer = "10.9.0.1";

// Alice's way to the server, which is on this machine like her, is from this address.
bool alice_gets(const std::string& address) {
  return test::ip_command("addr add " + address + "/24 dev wifi0") &&
         test::ip_command(std::string("route replace local ") + kServer + " dev lo table local src " + address);
}

void in_private_network(const std::function<void()>& body) {
  const auto obstacle = test::in_private_network([&] {
    ASSERT_TRUE(test::ip_command(std::string("addr add ") + kServer + "/32 dev lo"));
    ASSERT_TRUE(test::ip_command("link add wifi0 type veth peer name far0"));
    ASSERT_TRUE(test::ip_command("link set wifi0 up"));
    ASSERT_TRUE(test::ip_command("link set far0 up"));
    ASSERT_TRUE(alice_gets("10.1.0.2"));
    body();
  });
  if (!obstacle.empty()) GTEST_SKIP() << obstacle;
}

// F1: however many tell of a change, and however often, it is acted on once.
TEST(UserAgentMovingTest, AHundredThreadsThatTellOfAChangeAreOneRegister) {
  in_private_network([] {
    LoopbackWorld world{kServer};
    std::vector<std::string> sent;
    auto options = world.agent_options();
    options.tap = [&sent](const TappedMessage& message) {
      if (message.sent) sent.emplace_back(message.bytes);
    };
    LoopbackAgent alice(std::move(options));
    auto account = alice.agent.add_account(world.account("alice", "tea"));
    ASSERT_TRUE(account && account->start_registration());
    ASSERT_TRUE(world.serve_until({&alice}, [&] { return alice.is(RegistrationState::registered); }));
    sent.clear();

    std::atomic<bool> moved = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 100; ++i) {
      threads.emplace_back([&] {
        do {
          alice.agent.notify_network_changed();
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        } while (!moved);
      });
    }
    EXPECT_TRUE(test::ip_command("addr del 10.1.0.2/24 dev wifi0"));
    EXPECT_TRUE(alice_gets("10.2.0.2"));
    EXPECT_TRUE(world.serve_until({&alice}, [&] {
      const auto* finished = alice.last<NetworkChangeFinished>();
      return finished != nullptr && finished->outcome == ChangeOutcome::recovered;
    }));
    moved = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(std::count_if(sent.begin(), sent.end(),
                            [](const std::string& text) { return text.starts_with("REGISTER "); }),
              1);
    EXPECT_THAT(alice.agent.metrics(),
                ::testing::HasSubstr("\ngodwit_network_changes_total{outcome=\"recovered\"} 1\n"));
  });
}

}  // namespace
}  // namespace godwit
