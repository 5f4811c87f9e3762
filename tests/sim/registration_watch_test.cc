// SPDX-License-Identifier: Apache-2.0
// Alice is told what becomes of her bindings (RFC 3680): by our registrar, through ours and moves of hers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>

#include "support/access.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RegistrationWatchTest : public ::testing::TestWithParam<Access> {
 protected:
  void begin(Outbound outbound = Outbound::automatic) {
    auto options = GetParam().world();
    options.outbound = outbound;
    options.agent.instance_id = kSomeInstance;
    world_ = std::make_unique<SimWorld>(options);
    auto alice = *world_->alice.engine().account_options(world_->alice_account);
    alice.watch_registration = true;
    ASSERT_TRUE(world_->alice.run([&](ua::Engine& engine, TimePoint now) {
      return engine.modify_account(world_->alice_account, alice, now);
    }));
    // Bob's host has another phone of Alice.
    alice.watch_registration = false;
    alice.outbound = Outbound::never;
    second_ = world_->bob.add_account(alice);
    ASSERT_TRUE(world_->register_both());
    ASSERT_TRUE(world_->time.run_until([&] { return world_->server.registration_watchers() == 1; }, 40s));
  }
  void second_registers() {
    ASSERT_TRUE(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.start_registration(second_, 300s, now);
    }));
  }
  void second_leaves() {
    ASSERT_TRUE(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
      return engine.stop_registration(second_, now);
    }));
  }
  [[nodiscard]] RegistrationChanged told() const { return *world_->alice.last<RegistrationChanged>(); }
  bool will_see_others(std::size_t count, Duration limit = 90s) {
    return world_->time.run_until(
        [&] {
          return told().state == RegistrationState::registered && told().others.size() == count;
        },
        limit);
  }
  void end() {
    world_->alice.shut_down();
    world_->bob.shut_down();
    world_->run_for(40s);
    EXPECT_EQ(world_->server.registration_watchers(), 0U);
    EXPECT_EQ(world_->unrest_at_the_end(), "");
    EXPECT_EQ(world_->faults(), "");
    if (HasFailure()) std::cout << world_->story();
  }

  std::unique_ptr<SimWorld> world_;
  AccountId second_;
};

TEST_P(RegistrationWatchTest, AnotherPhoneComesAndGoes) {
  begin();
  second_registers();
  EXPECT_TRUE(will_see_others(1));
  EXPECT_THAT(told().others[0].contact, HasSubstr("sip:alice@"));
  second_leaves();
  EXPECT_TRUE(will_see_others(0));
  end();
}

TEST_P(RegistrationWatchTest, GoesAlongWhateverTheMomentOfAMove) {
  for (const auto outbound : {Outbound::never, Outbound::always}) {
    for (Duration at = 0ms; at <= 900ms; at += 100ms) {
      SCOPED_TRACE(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
      begin(outbound);
      second_registers();
      world_->run_for(at);
      world_->break_to({GetParam().alice_then}, 100ms);
      ASSERT_TRUE(world_->time.run_until(
          [&] { return told().contact.find(GetParam().alice_then) != std::string::npos; }, 90s));
      EXPECT_TRUE(will_see_others(1));
      EXPECT_THAT(world_->server.bindings("alice"), SizeIs(2));
      second_leaves();
      EXPECT_TRUE(will_see_others(0)) << "it is told by where she is now";
      world_->run_for(40s);  // what was begun where she is no more has failed by then
      EXPECT_EQ(world_->server.registration_watchers(), 1U);
      end();
      if (HasFailure()) return;
    }
  }
}

TEST_P(RegistrationWatchTest, WhoIsUnregisteredBySomebodyElseHearsSoAndRests) {
  begin();
  second_registers();
  ASSERT_TRUE(will_see_others(1));
  ASSERT_TRUE(world_->bob.run([&](ua::Engine& engine, TimePoint now) {
    return engine.remove_all_bindings(second_, now);
  }));
  ASSERT_TRUE(world_->time.run_until(
      [&] { return told().state == RegistrationState::failed; }, 40s));
  EXPECT_THAT(told().reason, HasSubstr("unregistered"));
  const auto before = world_->sent("alice", "REGISTER");
  world_->run_for(10min);
  EXPECT_EQ(world_->sent("alice", "REGISTER"), before);
  end();
}

INSTANTIATE_TEST_SUITE_P(Access, RegistrationWatchTest, accesses_by_udp(),
                         [](const auto& row) { return row.param.name; });
INSTANTIATE_TEST_SUITE_P(AccessByTcp, RegistrationWatchTest, accesses_by_tcp(),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace godwit::test
