// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <tuple>

#include "support/dual_stack_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What a peer answers to the re-INVITE that is to hold it, and what comes of that.
struct Row {
  enum class Then { held, as_it_was, ended };
  const char* name;
  Script script;
  Then then = Then::held;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
const Row kRows[] = {
    {"accepted", {{.status = 200}}},
    {"accepted_late", {{.status = 100}, {.status = 200, .after = 3s}}},
    {"challenged", {{.status = 401}}},
    {"glare", {{.status = 491}}},
    {"busy_with_itself", {{.status = 500, .retry_after = 2s}}},
    {"bad_media", {{.status = 488}}, Row::Then::as_it_was},
    {"forbidden", {{.status = 403}}, Row::Then::as_it_was},
    {"unavailable", {{.status = 503}}, Row::Then::as_it_was},
    {"declined_late", {{.status = 603, .after = 2s}}, Row::Then::as_it_was},
    {"timed_out", {{.status = 408}}, Row::Then::ended},
    {"unknown_call", {{.status = 481}}, Row::Then::ended},
    {"silence", {}, Row::Then::ended},
};

struct Way {
  const char* name;
  TriedFirst first;
  Transport by;
};
void PrintTo(const Way& way, std::ostream* out) {
  *out << way.name;
}
constexpr Way kWays[] = {{"v4_udp", kV4First, Transport::udp},
                         {"v6_udp", kV6First, Transport::udp},
                         {"v4_tcp", kV4First, Transport::tcp},
                         {"v6_tcp", kV6First, Transport::tcp}};

class ReInviteTest : public ::testing::TestWithParam<std::tuple<Row, Way>> {
 protected:
  static const Row& row() { return std::get<0>(GetParam()); }
  static const Way& way() { return std::get<1>(GetParam()); }

  /// Alice has called, and asks for a hold that is answered as the row says.
  static CallId call_and_hold(DualStackWorld& world) {
    world.add_addresses();
    world.serve(way().by);
    world.add_account(way().by);
    const auto call = world.call_bob();
    EXPECT_TRUE(call.has_value());
    world.time.run_for(1s);
    world.first.once("INVITE", row().script);
    EXPECT_TRUE(world.alice.run(
        [&](ua::Engine& engine, TimePoint now) { return engine.hold(*call, now); }));
    return *call;
  }
  static void change_network(DualStackWorld& world) {
    world.a.detach("eth0");
    world.a.attach("wifi0", {"10.2.0.2", "2001:db8:2::2"});
  }
  static void end(DualStackWorld& world) {
    world.alice.shut_down();
    world.time.run_until([&] { return world.alice.at_rest(); }, 120s);
    EXPECT_EQ(world.alice.unrest(), "");
    EXPECT_THAT(world.alice.all<CallEnded>(), SizeIs(1));
    EXPECT_EQ(world.faults(), "");
    if (HasFailure()) std::cout << world.alice.log();
  }
};

// RFC 3261 §14.1, RFC 6141
TEST_P(ReInviteTest, ComesToWhatTheAnswerSays) {
  DualStackWorld world(way().first);
  const auto call = call_and_hold(world);
  world.time.run_for(50s);
  const auto info = world.alice.engine().call_info(call);
  if (row().then == Row::Then::ended) {
    EXPECT_THAT(world.alice.all<CallEnded>(), SizeIs(1));
    EXPECT_EQ(world.first.count("BYE"), 1U);
  } else {
    ASSERT_TRUE(info);
    EXPECT_EQ(info->held_by_us, row().then == Row::Then::held);
    EXPECT_THAT(world.alice.all<CallHoldChanged>(), SizeIs(1));
  }
  end(world);
}

TEST_P(ReInviteTest, ComesToSomethingDefinedWhateverTheNetworkDoesMeanwhile) {
  for (const Duration at : {0ms, 2ms, 8ms, 15ms, 100ms, 2005ms, 3100ms}) {
    SCOPED_TRACE(std::to_string(at / 1ms) + " ms");
    DualStackWorld world(way().first);
    const auto call = call_and_hold(world);
    world.time.after(at, [&] { change_network(world); });
    world.time.run_for(60s);
    if (const auto info = world.alice.engine().call_info(call)) {
      EXPECT_EQ(info->state, CallState::up);
      EXPECT_EQ(world.alice.all<Reconnecting>().size(), world.alice.all<Reconnected>().size());
      const auto told = world.alice.last<CallHoldChanged>();
      ASSERT_TRUE(told.has_value());
      EXPECT_EQ(info->held_by_us, told->by_us);
      // What was asked from the old address was lost or not: what is asked from the new one is taken.
      if (row().then == Row::Then::held) {
        EXPECT_TRUE(info->held_by_us);
      }
    } else {
      EXPECT_EQ(row().then, Row::Then::ended);
    }
    end(world);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Answers, ReInviteTest,
                         ::testing::Combine(::testing::ValuesIn(kRows), ::testing::ValuesIn(kWays)),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).name) + "_" +
                                  std::get<1>(row.param).name;
                         });

}  // namespace
}  // namespace godwit::test
