// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "support/sim_world.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Duration kR = 50ms;   // to the server and back
constexpr Duration kP = 100ms;  // to Bob and back

struct Families {
  const char* name;
  const char* from;
  const char* to;
};
void PrintTo(const Families& families, std::ostream* out) {
  *out << families.name;
}
constexpr Families kV4ToV4{"v4_to_v4", "10.1.0.2", "10.2.0.2"};
constexpr Families kV4ToV6{"v4_to_v6", "10.1.0.2", "2001:db8:2::2"};
constexpr Families kV6ToV4{"v6_to_v4", "2001:db8:1::2", "10.2.0.2"};
constexpr Families kV6ToV6{"v6_to_v6", "2001:db8:1::2", "2001:db8:2::2"};
constexpr Families kMoves[] = {kV4ToV4, kV4ToV6, kV6ToV4, kV6ToV6};

class RoamingTest : public ::testing::TestWithParam<Families> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam().from};
    return options;
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  bool across() const { return ip(GetParam().from).family() != ip(GetParam().to).family(); }
  void start_call() {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    world_.run_for(1s);
  }
  /// The call went on, was told of once, and one binding is left, at the new address.
  void expect_moved(TimePoint since) {
    EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
    EXPECT_THAT(world_.alice.all<Reconnecting>(since), SizeIs(1));
    EXPECT_THAT(world_.alice.all<Reconnected>(since), SizeIs(1));
    EXPECT_THAT(world_.alice.all<Dropped>(since), IsEmpty());
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
    EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
    expect_bound_once();
    const auto finished = world_.alice.last<NetworkChangeFinished>(since);
    ASSERT_TRUE(finished.has_value());
    EXPECT_EQ(finished->outcome, ChangeOutcome::recovered);
  }
  void expect_bound_once() {
    const auto bindings = world_.server.bindings("alice");
    ASSERT_THAT(bindings, SizeIs(1));
    EXPECT_THAT(bindings.front(), ::testing::HasSubstr(GetParam().to));
  }

  SimWorld world_{options()};
};

TEST_P(RoamingTest, CallSurvivesBreakBeforeMake) {
  start_call();
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 0ms);
  world_.run_for(2s);
  expect_moved(t0);
  EXPECT_EQ(world_.sent("alice", "REGISTER", t0), 1U);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

// With what the options say of themselves, the same holds.
TEST_P(RoamingTest, CallInTheUsualCodecSurvivesBreakBeforeMake) {
  const auto usual = [this](int hz) {
    auto options = world_.speaking(hz);
    options.codecs = CallOptions().codecs;
    return options;
  };
  ASSERT_TRUE(world_.register_both());
  world_.bob.auto_answer(usual(kBobTone));
  ASSERT_TRUE(world_.alice.dial(world_.alice_account, kBobUri, usual(kAliceTone)));
  ASSERT_TRUE(world_.both_hear(world_.now(), 5s, 20));
  EXPECT_EQ(world_.alice.last<CallAnswered>()->codec, "opus/48000");
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 0ms);
  world_.run_for(2s);
  expect_moved(t0);
  EXPECT_LE(world_.alice.last<Reconnected>()->report.first_rtp_in, kP + 15ms);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, SpeechIsBackAsFastAsTheDesignSays) {
  start_call();
  world_.break_to({GetParam().to}, 0ms);
  const auto t0 = world_.now();
  world_.run_for(2s);
  const auto moved = world_.alice.last<Reconnected>();
  ASSERT_TRUE(moved.has_value());
  const auto& report = moved->report;
  EXPECT_LE(report.noticed_at - t0, 3ms);
  EXPECT_LE(report.refresh_sent, 1ms);
  EXPECT_LE(report.refresh_answered, kP + 2ms);
  EXPECT_LE(report.registered, kR + 2ms);
  EXPECT_LE(report.first_rtp_in, kP + 15ms);
  EXPECT_LE(report.first_rtp_out, across() ? kP + 25ms : 25ms);
  EXPECT_LE(report.lost_in, 6U);
  EXPECT_EQ(report.retries, 0);
  EXPECT_EQ(report.reason,
            across() ? ReconnectReason::family_switch : ReconnectReason::network_switch);
  EXPECT_EQ(report.kind, HandoverKind::break_before_make);
}

// Some boxes on the way know no UPDATE: after its silence a re-INVITE does it (network-change §4).
TEST_P(RoamingTest, AnUpdateThatIsSwallowedIsFollowedByAReInvite) {
  start_call();
  world_.network.set_swallower(
      [](const FakePacket& packet) { return packet.bytes.starts_with("UPDATE "); });
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 0ms);
  world_.run_for(2s + kP + 200ms);
  EXPECT_THAT(world_.alice.all<Reconnected>(t0), SizeIs(1));
  EXPECT_EQ(world_.sent("alice", "INVITE", t0), 1U);
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  expect_bound_once();
}

TEST_P(RoamingTest, CallSurvivesThreeSecondsWithoutNetwork) {
  start_call();
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 3s);
  world_.run_for(5s);
  expect_moved(t0);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, CallSurvivesFiftySecondsWithoutNetwork) {
  start_call();
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 50s);
  world_.run_for(52s);
  expect_moved(t0);
}

TEST_P(RoamingTest, CallIsDroppedAfterTheGapLimitAndRegisteredAgainLater) {
  start_call();
  world_.break_to({GetParam().to}, 65s);
  world_.run_for(70s);
  EXPECT_THAT(world_.alice.all<Reconnecting>(), SizeIs(1));
  EXPECT_THAT(world_.alice.all<Reconnected>(), IsEmpty());
  EXPECT_THAT(world_.alice.all<Dropped>(), SizeIs(1));
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  expect_bound_once();
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, NothingIsLostWhenBothNetworksAreUp) {
  start_call();
  const auto t0 = world_.now();
  world_.a.attach("lte0", {GetParam().to}, 600);
  world_.run_for(300ms);
  world_.a.attach("lte0", {GetParam().to}, 50);
  world_.run_for(3s);
  world_.a.detach("wifi0");
  world_.run_for(2s);
  // A call that works stays in its family until it has to go.
  if (across()) return expect_moved(t0);
  expect_moved(t0);
  EXPECT_EQ(world_.alice.last<Reconnected>()->report.kind, HandoverKind::make_before_break);
  EXPECT_EQ(world_.alice.last<Reconnected>()->report.lost_in, 0U);
  const auto expected = static_cast<std::size_t>((world_.now() - t0) / 20ms);
  EXPECT_GE(world_.alice.ear().heard(kBobTone, t0) + 2, expected);
  EXPECT_GE(world_.bob.ear().heard(kAliceTone, t0) + 2, expected);
}

TEST_P(RoamingTest, SameAddressAfterAFlapNeedsNoRefresh) {
  start_call();
  const auto t0 = world_.now();
  world_.a.detach("wifi0");
  world_.run_for(2s);
  world_.a.attach("wifi0", {GetParam().from});
  world_.run_for(2s);
  EXPECT_EQ(world_.sent("alice", "INVITE", t0), 0U);
  EXPECT_EQ(world_.sent("alice", "UPDATE", t0), 0U);
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  EXPECT_EQ(world_.alice.all<Reconnecting>(t0).size(), world_.alice.all<Reconnected>(t0).size());
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, CalledSideMoves) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_alice());
  world_.run_for(1s);
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 500ms);
  world_.run_for(2s);
  expect_moved(t0);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, HangsUpFromTheNewNetwork) {
  start_call();
  world_.break_to({GetParam().to}, 0ms);
  world_.run_for(1s);
  world_.alice.hang_up(world_.alice.engine().calls().front());
  world_.run_for(1s);
  EXPECT_THAT(world_.bob.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, HangsUpWhileThereIsNoNetwork) {
  start_call();
  world_.break_to({GetParam().to}, 3s);
  world_.run_for(1s);
  world_.alice.hang_up(world_.alice.engine().calls().front());
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  world_.run_for(40s);
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  expect_bound_once();
}

TEST_P(RoamingTest, PeerHangsUpDuringTheGap) {
  start_call();
  world_.break_to({GetParam().to}, 1s);
  world_.run_for(500ms);
  world_.bob.hang_up(world_.bob.engine().calls().front());
  world_.run_for(40s);
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world_.alice.all<Reconnecting>().size(),
            world_.alice.all<Reconnected>().size() + world_.alice.all<Dropped>().size());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, MovesWhileItRings) {
  ASSERT_TRUE(world_.register_both());
  world_.bob.auto_answer(world_.speaking(kBobTone), 2s);
  ASSERT_TRUE(
      world_.alice.dial(world_.alice_account, kBobUri, world_.speaking(kAliceTone)).has_value());
  world_.run_for(1s);
  world_.break_to({GetParam().to}, 200ms);
  EXPECT_TRUE(world_.both_hear(world_.now(), 10s, 20));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  expect_bound_once();
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, MovesWhileItIsCalled) {
  ASSERT_TRUE(world_.register_both());
  world_.alice.auto_answer(world_.speaking(kAliceTone), 2s);
  ASSERT_TRUE(
      world_.bob.dial(world_.bob_account, kAliceUri, world_.speaking(kBobTone)).has_value());
  world_.run_for(1s);
  world_.break_to({GetParam().to}, 200ms);
  EXPECT_TRUE(world_.both_hear(world_.now(), 10s, 20));
  EXPECT_THAT(world_.bob.all<CallEnded>(), IsEmpty());
  // An offer cannot be answered in another family: Bob's phone asks again, Alice's rings again.
  if (!across()) {
    EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  }
  expect_bound_once();
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, MovesWhileItRegisters) {
  world_.alice.start_registration(world_.alice_account);
  world_.run_for(20ms);
  world_.break_to({GetParam().to}, 200ms);
  world_.run_for(3s);
  expect_bound_once();
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

class EndingTest : public RoamingTest {
 protected:
  static WorldOptions ending() {
    auto wanted = options();
    wanted.agent.network.end_calls = true;
    return wanted;
  }
  SimWorld ends_{ending()};
};

TEST_P(EndingTest, F19_ACallWhoseNetworkChangesIsHungUpOverTheNewOne) {
  ASSERT_TRUE(ends_.register_both());
  ASSERT_TRUE(ends_.call_bob());
  const auto t0 = ends_.now();
  ends_.break_to({GetParam().to}, 0ms);
  ends_.run_for(1s);
  ASSERT_THAT(ends_.bob.all<CallEnded>(), SizeIs(1));
  EXPECT_THAT(ends_.bob.all<CallEnded>().front().reason, ::testing::HasSubstr("the network changed"));
  ASSERT_THAT(ends_.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(ends_.alice.all<CallEnded>().front().who, Who::local);
  EXPECT_EQ(ends_.sent("alice", "UPDATE", t0) + ends_.sent("alice", "INVITE", t0), 0U);
  EXPECT_EQ(ends_.unrest_at_the_end(), "");
  EXPECT_EQ(ends_.faults(), "");
}
INSTANTIATE_TEST_SUITE_P(Moves, EndingTest, ::testing::ValuesIn(kMoves),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(RoamingTest, NewerMoveWinsOverTheOneUnderWay) {
  start_call();
  const auto t0 = world_.now();
  world_.break_to({GetParam().to}, 0ms);
  world_.run_for(30ms);  // the refresh is under way
  world_.a.detach("lte0");
  world_.a.attach("wifi0", {GetParam().from});
  world_.run_for(100ms);
  world_.break_to({GetParam().to}, 0ms);
  world_.run_for(5s);
  expect_moved(t0);
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RoamingTest, TwentyMovesInOneCall) {
  start_call();
  for (int i = 0; i < 10; ++i) {
    world_.break_to({GetParam().to}, 100ms);
    world_.run_for(1s);
    ASSERT_TRUE(world_.both_hear(world_.now(), 1s, 20)) << "there " << i;
    world_.a.detach("lte0");
    world_.a.attach("wifi0", {GetParam().from});
    world_.run_for(1s);
    ASSERT_TRUE(world_.both_hear(world_.now(), 1s, 20)) << "and back " << i;
  }
  EXPECT_EQ(world_.alice.all<Reconnecting>().size(), 20U);
  EXPECT_EQ(world_.alice.all<Reconnected>().size(), 20U);
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

INSTANTIATE_TEST_SUITE_P(Families, RoamingTest, ::testing::ValuesIn(kMoves),
                         [](const auto& row) { return row.param.name; });

class VpnTest : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  SimWorld world_;
};

TEST_F(VpnTest, CallFollowsABetterRouteAndComesBack) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  world_.run_for(1s);
  const auto t0 = world_.now();
  world_.a.attach("tun0", {"10.8.0.2"}, 10);
  world_.run_for(3s);
  EXPECT_THAT(world_.alice.all<Reconnected>(t0), SizeIs(1));
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_THAT(world_.server.bindings("alice").front(), ::testing::HasSubstr("10.8.0.2"));
  world_.a.detach("tun0");
  world_.run_for(3s);
  EXPECT_THAT(world_.alice.all<Reconnected>(t0), SizeIs(2));
  EXPECT_THAT(world_.server.bindings("alice").front(), ::testing::HasSubstr("10.1.0.2"));
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_F(VpnTest, HintWithoutAChangeDoesNoHarm) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  const auto t0 = world_.now();
  for (int i = 0; i < 20; ++i) {
    world_.alice.notify_network_changed();
    world_.run_for(50ms);
  }
  EXPECT_EQ(world_.sent("alice", "UPDATE", t0) + world_.sent("alice", "INVITE", t0), 0U);
  EXPECT_EQ(world_.sent("alice", "REGISTER", t0), 0U);
  EXPECT_THAT(world_.alice.all<NetworkChangeStarted>(t0), IsEmpty());
}

}  // namespace
}  // namespace godwit::test
