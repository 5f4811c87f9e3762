// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <tuple>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using Refresher = SessionTimerOptions::Refresher;

struct Setting {
  const char* name;
  const char* address;
  net::Transport by;
  Refresher refresher;
};
void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.name;
}
constexpr Setting kSettings[] = {
    {"v4_udp_we_refresh", "10.1.0.2", net::Transport::udp, Refresher::local},
    {"v4_tcp_they_refresh", "10.1.0.2", net::Transport::tcp, Refresher::remote},
    {"v6_tcp_we_refresh", "2001:db8:1::2", net::Transport::tcp, Refresher::local},
    {"v6_udp_they_refresh", "2001:db8:1::2", net::Transport::udp, Refresher::remote},
};

class SessionTimerTest : public ::testing::TestWithParam<Setting> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam().address};
    options.alice_by = options.bob_by = GetParam().by;
    return options;
  }
  static bool call(SimWorld& world, std::chrono::seconds interval) {
    auto options = world.speaking(kAliceTone);
    options.session_timer.interval = interval;
    options.session_timer.refresher = GetParam().refresher;
    world.bob.auto_answer(world.speaking(kBobTone));
    return world.register_both() &&
           world.alice.dial(world.alice_account, kBobUri, options).has_value() &&
           world.both_hear(world.now(), 35s);
  }
  static std::size_t updates(const SimWorld& world) {
    return world.sent("alice", "UPDATE") + world.sent("bob", "UPDATE");
  }
  static void expect_up(SimWorld& world) {
    EXPECT_TRUE(world.both_hear(world.now(), 3s, 20));
    EXPECT_THAT(world.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world.bob.all<CallEnded>(), IsEmpty());
  }
  static void end(SimWorld& world) {
    EXPECT_EQ(world.unrest_at_the_end(), "");
    EXPECT_EQ(world.faults(), "");
    if (HasFailure()) std::cout << world.story();
  }
  static std::string lte() {
    return ip(GetParam().address).is_v4() ? "10.2.0.2" : "2001:db8:2::2";
  }
};

TEST_P(SessionTimerTest, OneSideRefreshesAllAlong) {
  SimWorld world(options());
  ASSERT_TRUE(call(world, 90s));
  world.run_for(10min);
  const bool we = GetParam().refresher == Refresher::local;
  EXPECT_EQ(world.sent(we ? "alice" : "bob", "UPDATE"), 13U) << "each half interval";
  EXPECT_EQ(world.sent(we ? "bob" : "alice", "UPDATE"), 0U);
  expect_up(world);
  end(world);
}

TEST_P(SessionTimerTest, APeerThatVanishesIsGivenUp) {
  SimWorld world(options());
  ASSERT_TRUE(call(world, 90s));
  world.b.detach("eth0");
  world.run_for(100s);
  ASSERT_EQ(world.alice.all<CallEnded>().size(), 1U);
  EXPECT_EQ(world.alice.last<CallEnded>()->who, Who::timeout);
  end(world);
}

// The network changes shortly before, at, and shortly after the refresh.
TEST_P(SessionTimerTest, ARefreshAndAChangeOfTheNetworkShareOneMoment) {
  for (Duration at = 44'900ms; at <= 45'200ms; at += 25ms) {
    SCOPED_TRACE(std::to_string(at / 1ms) + " ms");
    SimWorld world(options());
    ASSERT_TRUE(call(world, 90s));
    world.time.after(at, [&] { world.break_to({lte()}, 20ms); });
    world.run_for(50s);
    expect_up(world);
    world.run_for(2min);
    expect_up(world);
    end(world);
    if (HasFailure()) return;
  }
}

TEST_P(SessionTimerTest, ARefreshThatFallsIntoAGapIsMadeUpFor) {
  auto settings = options();
  settings.agent.network.gap_limit = 10min;
  SimWorld world(settings);
  ASSERT_TRUE(call(world, 900s));
  world.run_for(440s);
  world.break_to({lte()}, 120s);  // the refresh is due at 450 s
  world.run_for(200s);
  // Who refreshes into the gap and hears nothing has to end the call (RFC 4028 §7.4).
  if (GetParam().refresher == Refresher::local) {
    expect_up(world);
    world.run_for(20min);
    expect_up(world);
  } else {
    EXPECT_EQ(world.alice.all<CallEnded>().size(), world.bob.all<CallEnded>().size());
  }
  end(world);
}

INSTANTIATE_TEST_SUITE_P(Settings, SessionTimerTest, ::testing::ValuesIn(kSettings),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace godwit::test
