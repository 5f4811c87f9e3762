// SPDX-License-Identifier: Apache-2.0
// What the explorer (explorer_test.cc) has found: each fault alone, with the least that brings it about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "support/sim_world.h"
#include "support/snapshot_builder.h"
#include "support/trouble.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ExploredTest : public ::testing::Test {
 protected:
  void begin(net::Transport transport, const std::vector<std::string>& alice_at) {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = alice_at;
    options.alice_by = options.bob_by = transport;
    if (transport == net::Transport::tls) options.media_security = MediaSecurity::off;
    world_ = std::make_unique<SimWorld>(options);
    world_->b.add_interface("eth1", options.access);
    ASSERT_TRUE(world_->register_both());
  }
  void call(bool late_offer = false) {
    world_->bob.auto_answer(world_->speaking(kBobTone));
    auto options = world_->speaking(kAliceTone);
    options.late_offer = late_offer;
    ASSERT_TRUE(world_->alice.dial(world_->alice_account, kBobUri, options));
    ASSERT_TRUE(world_->both_hear(world_->now(), 5s));
  }
  [[nodiscard]] bool is_bound_at(const char* address, Duration limit) {
    return world_->time.run_until(
        [&] {
          const auto all = world_->server.bindings_of("alice");
          const auto* host = all.size() == 1 ? std::get_if<net::IpAddress>(&all[0].contact.host) : nullptr;
          return host != nullptr && *host == ip(address);
        },
        limit);
  }
  void TearDown() override {
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }

  std::unique_ptr<SimWorld> world_;
};

// Make before break, and the old network goes before the peer has answered.
TEST_F(ExploredTest, SoundLeavesTheOldPathWhenItGoesBeforeTheAnswer) {
  begin(net::Transport::udp, {"10.1.0.2"});
  call();
  TroubleMaker trouble(*world_);
  const auto lost = std::find_if(troubles().begin(), troubles().end(),
                                 [](const Trouble& one) { return one.name == "refresh_lost"; });
  trouble.begin(*lost);
  const auto moved = world_->now();
  world_->a.attach("lte0", {"10.2.0.2"}, 50);
  ASSERT_TRUE(world_->time.run_until([&] { return world_->sent("alice", "UPDATE", moved) != 0; }, 2s));
  world_->run_for(10ms);
  world_->a.detach("wifi0");
  world_->run_for(100ms);
  EXPECT_TRUE(world_->both_hear(world_->now(), 3s));
}

// It dials by the new address before it is settled that the network has changed.
TEST_F(ExploredTest, TheBindingFollowsThoughACallHasTakenTheNewWayFirst) {
  for (const auto gap : {3ms, 8ms, 20ms, 40ms, 60ms, 90ms}) {
    begin(net::Transport::udp, {"2001:db8:1::2"});
    call();
    world_->a.remove_address("2001:db8:1::2");
    world_->run_for(gap);
    world_->a.add_address("wifi0", "2001:db8:1::77");
    world_->run_for(5ms);
    ASSERT_TRUE(world_->alice.dial(world_->alice_account, kBobUri, world_->speaking(kAliceTone)));
    EXPECT_TRUE(is_bound_at("2001:db8:1::77", 3s)) << gap.count() << " ms";
    if (HasFailure()) return;
  }
}

// The offer that the callee made knows nothing of the one family in which the caller is now.
TEST_F(ExploredTest, WhoDialledWithoutOfferSeeksThePeerWithOne) {
  begin(net::Transport::udp, {"10.1.0.2", "2001:db8:1::2"});
  call(true);
  world_->break_to({"10.2.0.2"}, 0ms);
  world_->b.detach("eth0");
  world_->b.attach("eth1", {"10.33.0.2", "2001:db8:33::2"});
  world_->run_for(5s);
  EXPECT_TRUE(world_->both_hear(world_->now(), 1s, 20));
  EXPECT_THAT(world_->alice.all<CallEnded>(), IsEmpty());
}

// Bob wants to tell of his new network while Alice, in the other family, tells him of hers first.
TEST_F(ExploredTest, WhatIsYetToBeToldFollowsThePeerToItsFamily) {
  for (const auto gap : {0ms, 20ms, 40ms, 100ms, 200ms, 300ms}) {
    begin(net::Transport::udp, {"2001:db8:1::2"});
    call();
    world_->a.detach("wifi0");
    world_->b.attach("eth1", {"10.33.0.2", "2001:db8:33::2"}, 50);
    world_->run_for(gap);
    world_->a.attach("lte0", {"10.2.0.2"});
    world_->run_for(5s);
    EXPECT_TRUE(world_->both_hear(world_->now(), 1s, 20)) << gap.count() << " ms";
    EXPECT_THAT(world_->alice.all<CallEnded>(), IsEmpty()) << gap.count() << " ms";
    EXPECT_THAT(world_->bob.all<CallEnded>(), IsEmpty()) << gap.count() << " ms";
    if (HasFailure()) return;
  }
}

// What is too large for UDP goes by a stream (RFC 3261 section 18.1.1), and that from the same address: with two
// networks up it would leave by the other one.
TEST_F(ExploredTest, TheStreamForALargeRequestLeavesFromTheSameAddress) {
  for (const auto gap : {1ms, 10ms, 50ms, 100ms, 200ms}) {
    begin(net::Transport::udp, {"10.1.0.2"});
    call();
    world_->a.attach("lte0", {"10.2.0.2"}, 50);
    world_->run_for(gap);
    auto options = world_->speaking(kAliceTone);
    options.headers = {{"X-Large", std::string(1400, 'x')}};
    ASSERT_TRUE(world_->alice.dial(world_->alice_account, kBobUri, options));
    EXPECT_TRUE(world_->both_hear(world_->now(), 5s)) << gap.count() << " ms";
    if (HasFailure()) return;
  }
}

// Looked up anew in a moment without a network, the server has to be found in the family that comes then.
TEST_F(ExploredTest, AServerThatIsLookedUpAnewIsFoundInTheOtherFamily) {
  for (const auto gap : {1ms, 5ms, 20ms, 60ms, 120ms, 300ms}) {
    begin(net::Transport::tcp, {"2001:db8:1::2"});
    call();
    world_->a.detach("wifi0");
    world_->run_for(10ms);
    world_->alice.hang_up(world_->alice.engine().calls().front());
    world_->a.attach("lte0", {"2001:db8:2::2"});
    world_->run_for(gap);
    world_->a.detach("lte0");
    world_->a.attach("wifi0", {"10.5.0.2"});
    EXPECT_TRUE(is_bound_at("10.5.0.2", 3s)) << gap.count() << " ms";
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace godwit::test
