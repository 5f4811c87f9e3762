// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/dual_stack_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

/// Servers of one domain in both families, the one that is tried first being out of order.
class RacingTest : public ::testing::TestWithParam<TriedFirst> {
 protected:
  void SetUp() override { world_.add_addresses(); }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");  // INV
    if (HasFailure()) std::cout << world_.alice.log();
  }
  [[nodiscard]] Duration since_start(TimePoint at) const { return at - start_; }
  /// When the first SYN to the second server left.
  [[nodiscard]] Duration moved_on_after() const {
    const auto to_second = world_.connects(world_.second_address());
    const auto to_first = world_.connects(world_.first_address());
    if (to_second.empty()) return Duration::max();
    return to_second[0].at - (to_first.empty() ? start_ : to_first[0].at);
  }
  void expect_one_registration_at_the_second() {
    EXPECT_THAT(world_.sent("REGISTER"), SizeIs(1));
    EXPECT_EQ(world_.second.count("REGISTER"), 1U);
    world_.time.run_for(1s);
    EXPECT_EQ(world_.alice.open_streams(), 1U) << "losers are closed";
  }

  DualStackWorld world_{GetParam()};
  TimePoint start_ = world_.time.now();
};

TEST_P(RacingTest, T30_OverTlsAHoleCostsTheAttemptDelay) {
  world_.serve(Transport::tls);
  world_.make_hole();
  world_.add_account(Transport::tls);
  EXPECT_LE(world_.register_account(), 1s);
  EXPECT_THAT(moved_on_after(), AllOf(Ge(190ms), Le(310ms)));
  expect_one_registration_at_the_second();
}

TEST_P(RacingTest, T31_OverTcpAHoleCostsTheAttemptDelay) {
  world_.serve(Transport::tcp);
  world_.make_hole();
  world_.add_account(Transport::tcp);
  EXPECT_LE(world_.register_account(), 1s);
  EXPECT_THAT(moved_on_after(), AllOf(Ge(190ms), Le(310ms)));
  expect_one_registration_at_the_second();
}

TEST_P(RacingTest, T32_AServerThatTakesTcpAndNeverAnswersTlsIsAHole) {
  world_.serve(Transport::tls);
  world_.first.mute_tls();
  world_.add_account(Transport::tls);
  EXPECT_LE(world_.register_account(), 1s);
  EXPECT_THAT(moved_on_after(), AllOf(Ge(190ms), Le(310ms)));
  expect_one_registration_at_the_second();
}

TEST_P(RacingTest, T33_AWrongCertificateIsReportedAndTheOtherServerTaken) {
  world_.first.listen(Transport::tls, {ip(world_.first_address()), 5061}, {"other.test"});
  world_.serve(world_.second, Transport::tls);
  world_.add_account(Transport::tls);
  EXPECT_LE(world_.register_account(), 1s);
  EXPECT_THAT(world_.alice.log(), HasSubstr("other.test"));
  EXPECT_EQ(world_.first.accepted(), 0U);
  expect_one_registration_at_the_second();
}

TEST_P(RacingTest, T33_NoServerIsTakenThatProvesAnotherIdentity) {
  world_.first.listen(Transport::tls, {ip(world_.first_address()), 5061}, {"other.test"});
  world_.second.listen(Transport::tls, {ip(world_.second_address()), 5061}, {"another.test"});
  world_.serve(Transport::udp);
  world_.serve(Transport::tcp);
  world_.add_account(Transport::tls);
  EXPECT_EQ(world_.register_account(), Duration::max());
  EXPECT_THAT(world_.sent(""), IsEmpty()) << "TLS is never left (R21)";
}

TEST_P(RacingTest, T34_ARefusalMovesOnAtOnce) {
  world_.serve(world_.second, Transport::tcp);
  world_.add_account(Transport::tcp);
  EXPECT_LE(world_.register_account(), 200ms);
  EXPECT_LE(moved_on_after(), 50ms);
  expect_one_registration_at_the_second();
}

TEST_P(RacingTest, T35_WithoutARouteNothingIsTriedThere) {
  world_.serve(Transport::tcp);
  world_.a.remove_default_route("eth0", world_.first_family());
  world_.time.run_for(1s);
  start_ = world_.time.now();
  world_.add_account(Transport::tcp);
  EXPECT_LE(world_.register_account(), 100ms);
  EXPECT_THAT(world_.connects(world_.first_address()), IsEmpty());
  EXPECT_LE(moved_on_after(), 20ms);
}

TEST_P(RacingTest, T36_AnUnreachableMovesADatagramOnAtOnce) {
  world_.serve(Transport::udp);
  world_.refuse();
  world_.add_account(Transport::udp);
  EXPECT_LE(world_.register_account(), 150ms);
  const auto to_second = world_.sent("", world_.second_address());
  ASSERT_FALSE(to_second.empty());
  EXPECT_LE(since_start(to_second[0].at), 100ms);
  EXPECT_THAT(world_.sent("REGISTER", world_.first_address()), SizeIs(Le(1U)));
}

TEST_P(RacingTest, T37_AColdInviteIsProbedForAndNeverGoesIntoTheHole) {
  world_.serve(Transport::udp);
  world_.second.on("OPTIONS", {{.status = 483}});  // counts as alive
  world_.make_hole();
  world_.add_account(Transport::udp);
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(40s);
  const auto probed_first = world_.sent("OPTIONS", world_.first_address());
  const auto probed_second = world_.sent("OPTIONS", world_.second_address());
  ASSERT_FALSE(probed_first.empty() || probed_second.empty());
  EXPECT_THAT(probed_first[0].bytes, HasSubstr("Max-Forwards: 0\r\n"));
  EXPECT_LE(since_start(probed_first[0].at), 60ms);
  EXPECT_THAT(probed_second[0].at - probed_first[0].at, AllOf(Ge(190ms), Le(310ms)));
  EXPECT_THAT(world_.sent("INVITE", world_.first_address()), IsEmpty());
  const auto invites = world_.sent("INVITE", world_.second_address());
  ASSERT_FALSE(invites.empty());
  EXPECT_LE(since_start(invites[0].at), 600ms);
  EXPECT_EQ(world_.second.count("INVITE"), 1U);
}

TEST_P(RacingTest, T38_ARegisteredFlowIsUsedAtOnce) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    DualStackWorld world(GetParam());
    world.add_addresses();
    world.serve(transport);
    world.add_account(transport);
    ASSERT_LE(world.register_account(), 1s) << to_string(transport);
    world.time.run_for(1s);
    const auto questions = world.alice.questions();
    const auto probes = world.sent("OPTIONS").size();
    const auto start = world.time.now();
    ASSERT_TRUE(world.call_bob());
    world.time.run_for(1s);
    const auto invites = world.sent("INVITE", world.first_address());
    ASSERT_THAT(invites, SizeIs(1));
    EXPECT_LE(invites[0].at - start, 5ms);
    EXPECT_EQ(world.alice.questions(), questions);
    EXPECT_THAT(world.sent("OPTIONS"), SizeIs(probes));
    EXPECT_LE(world.alice.open_streams(), 1U);
    EXPECT_EQ(world.faults(), "");
  }
}

TEST_P(RacingTest, T40_AFewHolesAreTriedInBoundedTimeAndToldInOneError) {
  auto& zone = world_.network.zone();
  for (const auto* more : {"10.9.0.14", "10.9.0.24", "2001:db8:9::16", "2001:db8:9::26"}) {
    zone.add_address("example.test", more);
  }
  world_.network.set_swallower([](const FakePacket&) { return true; });
  world_.add_account(Transport::tcp);
  const auto failed = [&] {
    const auto changed = world_.alice.last<RegistrationChanged>();
    return changed && changed->state == RegistrationState::failed;
  };
  world_.alice.start_registration(AccountId{1});
  ASSERT_TRUE(world_.time.run_until(failed, 60s));
  EXPECT_LE(world_.time.now() - start_, 40s);
  const auto reason = world_.alice.last<RegistrationChanged>()->reason;
  std::vector<TimePoint> tries;
  for (const auto* address : {"10.9.0.4", "10.9.0.14", "10.9.0.24", "2001:db8:9::6",
                              "2001:db8:9::16", "2001:db8:9::26"}) {
    ASSERT_FALSE(world_.connects(address).empty()) << address;
    tries.push_back(world_.connects(address)[0].at);
    EXPECT_THAT(reason, HasSubstr(address));
  }
  std::sort(tries.begin(), tries.end());
  for (std::size_t i = 1; i < tries.size(); ++i) {
    EXPECT_THAT(tries[i] - tries[i - 1], AllOf(Ge(10ms), Le(2s)));
  }
}

TEST_P(RacingTest, T51_TheNextRequestStartsWhereTheLastOneWorked) {
  world_.serve(Transport::udp);
  world_.make_hole();
  world_.add_account(Transport::udp);
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(1min);
  ASSERT_EQ(world_.second.count("INVITE"), 1U);
  const auto next = world_.time.now();
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(1s);
  const auto invites = world_.sent("INVITE", world_.second_address());
  const auto at_once = std::count_if(invites.begin(), invites.end(), [&](const OnWire& invite) {
    return invite.at >= next && invite.at <= next + 20ms;
  });
  EXPECT_EQ(at_once, 1);
}

TEST_P(RacingTest, T51_AServerThatHealedIsFoundInTheBackground) {
  world_.serve(Transport::udp);
  world_.make_hole();
  world_.add_account(Transport::udp);
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(1min);
  world_.heal();
  EXPECT_TRUE(world_.time.run_until([&] { return world_.first.count("OPTIONS") > 0; }, 60s));
  EXPECT_EQ(world_.first.count("INVITE"), 0U) << "not at the cost of a call";
  world_.time.run_for(1s);
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(1s);
  EXPECT_EQ(world_.first.count("INVITE"), 1U);
}

TEST_P(RacingTest, T52_MemoryIsOfOneNetwork) {
  world_.serve(Transport::udp);
  world_.make_hole();
  world_.add_account(Transport::udp);
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(5s);
  world_.heal();
  world_.a.detach("eth0");
  world_.a.attach("wifi0", {"10.2.0.2", "2001:db8:2::2"});
  world_.time.run_for(3s);
  const auto moved = world_.time.now();
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(1s);
  const auto invites = world_.first.got("INVITE");
  ASSERT_FALSE(invites.empty());
  EXPECT_LE(invites.back().at - moved, 100ms);
}

TEST_P(RacingTest, T52_ARegistrationStartsOverOnAnotherNetwork) {
  world_.serve(Transport::udp);
  world_.make_hole();
  world_.add_account(Transport::udp);
  ASSERT_LT(world_.register_account(), 1s);
  const auto before = world_.second.count("REGISTER");
  world_.heal();
  world_.a.detach("eth0");
  world_.a.attach("wifi0", {"10.2.0.2", "2001:db8:2::2"});
  const auto moved = world_.time.now();
  world_.time.run_for(3s);
  const auto registers = world_.first.got("REGISTER");
  ASSERT_EQ(registers.size(), 1U);
  EXPECT_LE(registers[0].at - moved, 300ms);
  EXPECT_EQ(world_.second.count("REGISTER"), before);
}

INSTANTIATE_TEST_SUITE_P(Families, RacingTest, ::testing::Values(kV6First, kV4First),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
